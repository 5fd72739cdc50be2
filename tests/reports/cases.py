"""Every results dict that the tests of the report go through, by name."""

from tests.reports import full, synthetic


def hostile_everything() -> dict:
    """Every free string of the parts beside the summary tries to become markup."""
    made = full.everything()
    evil = synthetic.HOSTILE
    made["spec"]["criteria"][0]["set_by"] = evil
    made["provenance"]["data"]["class_names"] = [evil] * 10
    for check in made["diagnostics"]:
        check |= {"sentence": evil, "check": evil}
    for verdict in made["verdicts"]:
        verdict |= {"reason": evil, "criterion": {"metric": evil}}
    for entry in made["closest"]:
        entry["attacks"][0]["attack"] = evil
    for entry in made["within_budget"]:
        entry["attacks"] = [evil]
    parts = ("summary", "closest", "within_budget", "curves", "matrices", "detection")
    for part in parts:
        for entry in made[part]:
            if entry["defense"] == "adversarial-training":
                entry |= {"defense": evil, "defense_params": {evil: evil}}
            if entry.get("attack") == "noise":
                entry |= {"attack": evil, "attack_params": {evil: evil}}
    for network in made["provenance"]["networks"]:
        if network["defense"] == "adversarial-training":
            network |= {"defense": evil, "params": {evil: evil}}
    return made


CASES = {
    **synthetic.CASES,
    "everything": full.everything,
    "hostile_everything": hostile_everything,
}
