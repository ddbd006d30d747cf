"""What a message says: its topic with the words that decided, its nature, whom it must not show.

`model` needs only numpy; scikit-learn is loaded by `training` alone.
"""
