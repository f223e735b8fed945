"""The parts of the studio page; each draws one thing of a stage: a run, a shopper, and the scenario on screen."""
