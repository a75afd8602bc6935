"""民主评议党员: a branch's yearly grades, from the scores by people to the publicised list."""
