"""All of them, file by file."""

from tests.mutants import in_judgement, in_numbers, in_reports

MUTANTS = [*in_judgement.MUTANTS, *in_numbers.MUTANTS, *in_reports.MUTANTS]
