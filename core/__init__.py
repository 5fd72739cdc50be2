"""Everything that computes: experiments, training, attacks, metrics, store; draws nothing."""
