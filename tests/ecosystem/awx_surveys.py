# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of AWX for surveys: valid questions, valid answers, and the defaults that a job gets."""

from __future__ import annotations

import json

from .awx_kinds import ASKED_BY, Fields, Refused

# By the type of a question, the type that its default has.
QUESTIONS = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": float,
}


# By the type of a question, the types that its answer may have. True and false are not numbers.
ANSWERS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "textarea": (str,),
    "password": (str,),
    "multiplechoice": (str,),
    "multiselect": (list,),
    "integer": (int,),
    "float": (float, int),
}


def checked_survey(spec: Fields) -> Fields:
    """Return a survey if AWX would accept it."""
    for field, form in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(field), form):
            raise Refused(error=f"Field '{field}' is missing from survey spec.")
    variables = [question.get("variable") for question in spec["spec"]]
    if not variables or len(set(variables)) < len(variables):
        raise Refused(error="No question, or two for one variable.")
    for question in spec["spec"]:
        check_question(question)
    return json.loads(json.dumps(spec))


def check_question(question: Fields) -> None:
    for field, form in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
        if not isinstance(question.get(field), form):
            raise Refused(error=f"'{field}' missing from survey question {question}.")
    if question["type"] not in QUESTIONS:
        raise Refused(error=f"'{question['type']}' is not a type of a survey question.")
    default = question.get("default", "")
    if default != "" and not isinstance(default, QUESTIONS[question["type"]]):
        raise Refused(error=f"The default of {question['variable']} is not of the type of the question.")
    if any(question.get(bound) is not None and not isinstance(question[bound], int) for bound in ("min", "max")):
        raise Refused(error=f"min and max of {question['variable']} must be whole numbers.")
    if question["type"].startswith("multi"):
        choices = question.get("choices")
        if not isinstance(choices, list) or not choices or not all(isinstance(choice, str) for choice in choices):
            raise Refused(error=f"{question['variable']} needs choices.")
        if set(default.splitlines()) - set(choices):
            raise Refused(error=f"The default of {question['variable']} is not among its choices.")


def problems_of_answers(survey: Fields, answers: Fields, *, needs_required: bool = True) -> list[str]:
    """Return the errors that AWX reports for answers. The default of a question does not answer it."""
    return [
        problem
        for question in survey.get("spec", [])
        for problem in _problems_of_answer(question, answers, needs_required=needs_required)
    ]


def _problems_of_answer(question: Fields, answers: Fields, *, needs_required: bool) -> list[str]:
    variable, kind = question["variable"], question["type"]
    if variable not in answers:
        return [f"'{variable}' value missing"] if needs_required and question["required"] else []
    answer = answers[variable]
    # Null and, for a number, empty text are of the wrong type.
    if type(answer) not in ANSWERS[kind]:
        return [f"Value {answer} for '{variable}' expected to be of the type {kind}."]
    if kind.startswith("multi"):
        chosen = answer if kind == "multiselect" else [answer]
        return [f"Value {each} for '{variable}' is no choice." for each in chosen if each not in question["choices"]]
    size = len(answer) if isinstance(answer, str) else answer
    low, high = question.get("min"), question.get("max")
    is_outside = (low not in (None, "") and size < low) or (high not in (None, "") and size > high)
    return [f"'{variable}' value {answer} is too small or too large."] if is_outside else []


def passed_defaults(survey: Fields) -> Fields:
    """Return the defaults that every job gets as extra variables: those that are valid answers."""
    return {
        question["variable"]: question["default"]
        for question in survey.get("spec", [])
        if question.get("default") is not None
        and not _problems_of_answer(question, {question["variable"]: question["default"]}, needs_required=True)
    }


def check_prompts(template: Fields, survey: Fields, entry: Fields, *, needs_required: bool) -> None:
    """Refuse values of a workflow node or a schedule that its template does not ask for, and a schedule that leaves a
    required question unanswered."""
    not_asked = [field for field, ask in ASKED_BY.items() if entry[field] is not None and not template.get(ask)]
    if not_asked:
        raise Refused(**{not_asked[0]: "Field is not configured to prompt on launch."})
    given = entry["extra_data"]
    asked = {question["variable"] for question in survey.get("spec", [])}
    problems = problems_of_answers(survey, given, needs_required=needs_required)
    if problems:
        raise Refused(variables_needed_to_start="; ".join(problems))
    if set(given) - asked and not template.get("ask_variables_on_launch"):
        raise Refused(extra_data=f"Variables {sorted(set(given) - asked)} are not allowed on launch.")
