"""Gradients by `torch.autograd`, eager: PyTorch has no tracing step to pay for."""

import keras
import numpy as np
import torch


def compile_gradient(model: keras.Model, objective: str, temperature: float):
    """Return the function described in `core.networks.gradients.gradient_function`."""
    (inputs,) = model.inputs

    def gradient(x, targets):
        # Keras decides the device.
        x = keras.ops.convert_to_tensor(np.asarray(x), dtype=inputs.dtype)
        index = torch.as_tensor(np.asarray(targets, dtype=np.int64), device=x.device)
        results = [r.cpu().numpy() for r in _passes(model, objective, temperature, x, index)]
        return results[0], results[1], results[2] if objective == "logit" else None

    return gradient


def on_device(model: keras.Model, objective: str):
    """Return what is described in `core.networks.gradients.on_device`."""
    (inputs,) = model.inputs

    def gradient(_, x, targets):
        x = keras.ops.cast(x, inputs.dtype)
        return _passes(model, objective, 1.0, x, targets.long())

    return gradient, (), lambda function: function


def _passes(model, objective, temperature, x, index):
    x = x.detach().requires_grad_(True)  # detach makes a leaf of it
    with torch.enable_grad():
        logits = model(x, training=False)
        scaled = logits if temperature == 1 else logits / temperature
        wanted = _wanted(objective, scaled, index[:, None]).sum()
    both = objective == "logit"
    # A network that looks its input up does not use it: its gradient is 0, as elsewhere.
    unused = {"allow_unused": True, "materialize_grads": True}
    (alpha,) = torch.autograd.grad(wanted, x, retain_graph=both, **unused)
    if not both:
        return logits.detach(), alpha.flatten(1)
    others = torch.ones_like(logits).scatter_(1, index[:, None], 0)
    (beta,) = torch.autograd.grad(scaled, x, grad_outputs=others, **unused)
    return logits.detach(), alpha.flatten(1), beta.flatten(1)


def compile_logits(model: keras.Model):
    """Return the function described in `core.networks.gradients.logits_function`."""
    (inputs,) = model.inputs

    def forward(x):
        with torch.no_grad():
            x = keras.ops.convert_to_tensor(np.asarray(x), dtype=inputs.dtype)
            return model(x, training=False).cpu().numpy()

    return forward


def has_accelerator() -> bool:
    """Say whether Keras puts PyTorch's tensors anywhere but on a CPU."""
    return keras.ops.zeros(1).device.type != "cpu"


def _wanted(objective, logits, index):
    """Return values whose sum is the objective, summed over the batch."""
    if objective == "probability":
        return torch.softmax(logits, dim=-1).gather(1, index)
    if objective == "log-probability":
        return torch.log_softmax(logits, dim=-1).gather(1, index)
    wanted = logits.gather(1, index)
    if objective == "logit":
        return wanted
    others = logits.scatter(1, index, -torch.inf)
    if objective == "margin":
        return wanted[:, 0] - others.amax(dim=-1)
    return wanted[:, 0] - torch.logsumexp(others, dim=-1)
