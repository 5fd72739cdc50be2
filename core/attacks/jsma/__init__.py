"""The Jacobian-based saliency map attack: four gradients, exact pair search, nearest target.

Source: Papernot et al., arXiv 1511.07528; Carlini and Wagner, arXiv 1608.04644, III-C.
"""
