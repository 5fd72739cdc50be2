"""Networks: architectures, training, adversarial training, arithmetic of the backend.

Nothing about defences, attacks or files that strangers send. The only room that differs by backend
is `gradients`.
"""
