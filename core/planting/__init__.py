"""Planted examples: the positive control of every attack on every network.

Each sample gets a readout on the network's last hidden layer that calls one point of the attack's
ball another class than all the points around the sample: an adversarial example by construction.
An attack that works finds one. Here lie the readouts and the network that holds them; the balls
are `core.attacks.engine.balls`, and what is made of the finds is judged elsewhere.

Source: Zimmermann, Brendel, Tramer & Carlini, "Increasing Confidence in Adversarial Robustness
Evaluations", NeurIPS 2022, arXiv 2206.13991.
"""
