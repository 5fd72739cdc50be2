"""Files that strangers send, data and networks: opened only in a limited child.

Others call `check`, which loads neither Keras nor a data library. What a data set is stands in
core.data, how a network is built in core.networks.
"""
