"""From text to tokens: folding, segmentation, and the three streams, the same on both sides of the search."""
