"""monobank acquiring, as its published merchant API describes it."""
