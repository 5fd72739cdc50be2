"""The JSON schema in the repository is the one that readers check."""

import json

import jsonschema
import pytest

from core.model import results as results_schema
from tests.reports.synthetic import paper_like


def test_the_schema_file_is_current():
    """`python -m core.model.results` renews it."""
    assert results_schema.FILE.read_text(encoding="utf-8") == results_schema.json_schema()


def test_the_schema_accepts_results_and_refuses_others():
    schema = json.loads(results_schema.FILE.read_text(encoding="utf-8"))
    results = json.loads(json.dumps(paper_like().as_json()))
    jsonschema.validate(results, schema)
    results["summary"][0]["rho"] = 7
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(results, schema)
