"""What a message says: its topic with the words that decided, its nature, whom it must not show.

`proposing.propose` and `masking.mask` are what the rest of the house asks. `model` needs only
numpy; scikit-learn is loaded by `training`, `evaluation` and `clusters` alone.
"""
