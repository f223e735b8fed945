"""Whether synthetic shoppers beside the real ones make a recommender better: the experiment, its verdict, and how it is kept."""
