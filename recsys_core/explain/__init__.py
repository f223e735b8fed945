"""Why a list is what it is: leave-one-out credit, counterfactuals, the waterfall of a pick, the breadcrumb of counts."""
