"""The words of the launch form: what each field is called, its choices, what the paper used."""

from __future__ import annotations

FILE = "my own file"
LABELS = {
    "name": "Name of the run",
    "data": "Data",
    "architecture": "Network",
    "dropout": "Dropout rate",
    "defenses": "Networks to compare",
    "distillation": "Temperatures T of distillation",
    "temperature": "Temperatures T of the control",
    "confidence": "Confidence of the right class",
    "factor": "Factor",
    "none_file": "Undefended network",
    "given_file": "My trained network",
    "attacks": "Each network is attacked with",
    "samples": "Test samples to attack",
    "attacked_classes": "Only inputs of these classes",
    "unit": "Unit of distances",
    "planted": "Planted examples an attack",
    "seeds": "Seeds",
    "budget": "Budget",
    "theta": "Theta: change of each feature",
    "gain": "Robustness must grow by at least, %",
    "optimizer": "Optimizer",
    "learning_rate": "Learning rate",
    "momentum": "Momentum (SGD only)",
    "batch_size": "Batch size",
    "epochs": "Epochs",
    "warm_start": "Warm-start epochs at T = 1",
    "warm_start_hot": "The same at T of 50 and more",
    "halve_every": "Halve the learning rate every … epochs",
}
"""What each field is called, beside it and where something is wrong with it."""
NETWORKS = {
    "paper-mnist": "the paper's, for MNIST: two pairs of convolutions",
    "paper-cifar10": "the paper's, for CIFAR-10: the same, wider",
    "mlp": "dense layers, for tables and small images",
    FILE: "my own .keras file, trained here from new weights",
}
PAPER = {
    "data": "MNIST and CIFAR-10",
    "architecture": "its two convolutional networks, one a data set",
    "distillation": "1, 2, 5, 10, 20, 30, 40, 50, 100",
    "attacks": "JSMA in float32 (jsma-f), at most 112 features",
    "samples": "100 for success (900 attacks), 10,000 for robustness",
    "seeds": "one training a network, seed not stated",
    "optimizer": "SGD",
    "learning_rate": "0.1 for MNIST, 0.01 for CIFAR-10",
    "momentum": "0.9",
    "batch_size": "128",
    "epochs": "50",
    "warm_start": "not stated; SGD needs one at high T",
    "budget": "112 of 784 features",
    "theta": "1",
}
