"""The peers that `jsc bench forecast --panel` holds our forecast against, each set up as its users would."""
