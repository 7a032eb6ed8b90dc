"""Broken templates: what is changed in a good one, and all that `check` says of it."""

from typing import NamedTuple


class Broken(NamedTuple):
    """`before` is a text of the good template, all of it where empty."""

    before: str
    after: str
    said: tuple[str, ...]
    """For each finding `line: code: ` and words of its message, in order: these and no more."""


def broken(before: str, after: str, *said: str) -> Broken:
    return Broken(before, after, said)


TELLS = "description: Says hello."
SAMPLE = "    example: Ada"
KIND = "    kind: string\n    example: Ada"
NAME = "  - name: person"
HELLO = "Hello {{ person }}."
LOOP = "for fact in facts"

FRONT_MATTER = [
    broken("", "user:\nHello", "1: no-front-matter: must start with '---'"),
    broken("", "---\nname: greeting\nuser:\nHello", "1: no-front-matter: never closed: add '---'"),
    broken("", "---\n---\nuser:\nHello", "1: no-front-matter: empty"),
    broken("", "", "1: no-front-matter: must start with '---'"),
    broken(TELLS, "description: Says --- hello.", "3: fence: use another dash"),
    broken(TELLS, "description: Says: hello.", "3: not-yaml: a colon inside a text"),
    broken(TELLS, 'description: "Says hello.', "3: unclosed: a quotation mark opens here"),
    broken(TELLS, "description: 'Says hello.", "3: unclosed: a quotation mark opens here"),
    broken(SAMPLE, '    example: "Ada', "7: unclosed: a quotation mark opens here"),
    broken(TELLS, "description: 'Chef's hello.'", "3: not-yaml: see to its indentation and quotes"),
    broken(TELLS, "description: [Says hello.", "3: not-yaml: add ']'"),
    broken(TELLS, "description: {{ person }}", "3: not-yaml: put the text in quotes"),
    broken(TELLS, "description: @ada says hello.", "3: not-yaml: put the text in quotes"),
    broken(TELLS, "description: *bold* hello.", "3: not-yaml: put the text in quotes"),
    broken(TELLS, 'description: "a \\q"', "3: not-yaml: use single quotes"),
    broken(TELLS, 'description: "a \\0"', "3: control-character: remove it"),
    broken(TELLS, "description: !!int ''", "3: not-yaml: is read as int and is none"),
    broken(TELLS, "description: 2026-13-45", "3: not-yaml: is read as date and is none"),
    broken(TELLS, "description: 2026-11-26", "3: not-text: put it in quotes"),
    broken(TELLS, "description: 12", "3: not-text: put it in quotes"),
    broken(TELLS, "description: " + "[" * 21, "3: too-big: at most 20 deep"),
    broken(TELLS, "Says hello.", "3: not-yaml: a line without a colon"),
    broken(f"{TELLS}\n", "", "1: missing-key: 'description' is missing"),
    broken(TELLS, "descripton: Says hello.", "3: unknown-key: did you mean 'description'?"),
    broken(TELLS, f"{TELLS}\nauthor: Ada", "4: unknown-key: known are name, displayName"),
    broken(TELLS, f"{TELLS}\n{TELLS}", "4: duplicate-key: 'description' is given twice, first on line 3"),
    broken(KIND, f"    kind: string\n{KIND}", "7: duplicate-key: 'kind' is given twice, first on line 6"),
    broken("template:", "template:\n  format: {kind: jinja2}", "15: duplicate-key: 'format' is given twice"),
    broken("template:", "metadata: {a: {b: 1, b: 2}}\ntemplate:", "13: duplicate-key: 'b' is given twice"),
    broken("kind: jinja2", "kind: mustache", "15: not-a-prompty: template.format.kind must be 'jinja2'"),
    broken("kind: prompty", "kind: chat", "17: not-a-prompty: template.parser.kind must be 'prompty'"),
    broken(KIND, "\tkind: string", "6: not-yaml: a tab: indent with blanks"),
    broken("name: greeting", "name: greetings", "2: misplaced: its place says 'greeting'"),
]

INPUTS = [
    *(
        broken("person", word, f"5: input-name: an input cannot be called {word!r}: {why}", *also)
        for word, why, *also in [
            ("on", "YAML reads it as true or false"),
            ("yes", "YAML reads it as true or false: choose another name, such as 'yes_value'"),
            ("true", "YAML reads it as true or false"),
            ("null", "YAML and templates read it as nothing"),
            ("self", "in a template it means the template itself"),
            ("loop", "inside a for it means the for itself"),
            ("not", "it is a word of templates", "23: syntax: unexpected 'end of print"),
            (
                "full-name",
                "use a plain word of letters, digits and underscores, such as 'full_name'",
                "23: not-allowed: ",
            ),
            ("2nd", "use a plain word", "23: syntax: expected token"),
        ]
    ),
    broken("person", "p" * 61, "5: input-name: use at most 60 characters"),
    broken("  - name: facts", NAME, "8: duplicate-input: first on line 5", "24: unknown-input: 'facts'"),
    broken(NAME, "  - nome: person", "5: missing-key: an input needs name, kind", "23: unknown-input: 'person'"),
    broken(f"\n{SAMPLE}", "", "5: no-example: the preview needs one"),
    broken(
        SAMPLE, "    example: 3", "7: wrong-value: the example of 'person' is not of kind 'string': put '3' in quotes"
    ),
    broken(SAMPLE, "    example: yes", "7: wrong-value: put 'yes' in quotes"),
    broken(SAMPLE, "    example:", "7: wrong-value: is not of kind 'string'"),
    broken("default: []", "default: none", "12: wrong-value: the default of 'facts' is not of kind 'array'"),
    broken("default: []", "default: [1, 2]", "12: wrong-value: the default of 'facts' is not of kind 'array'"),
    broken("default: []", f"default: {['a'] * 201}", "12: too-big: has 201 texts: use at most 200"),
    broken(SAMPLE, "    example: " + "a" * 20_001, "7: too-big: longer than 20000 characters"),
    broken(KIND, f"    kind: strnig\n{SAMPLE}", "6: unknown-kind: did you mean 'string'?"),
    broken(KIND, SAMPLE, "5: unknown-kind: input 'person' has no kind: use one of string, integer"),
    broken("    items:\n      kind: string\n", "", "8: missing-key: add 'items:' with 'kind: string'"),
    broken("    kind: array", "    kind: arrya", "9: unknown-kind: did you mean 'array'?"),
    broken(SAMPLE, f"{SAMPLE}\n    exmaple: Bo", "8: unknown-key: 'exmaple' in an input, did you mean 'example'?"),
    broken("Hello {{ person }}.", "Hello.", "5: unused-input: 'person' is declared and never used"),
    broken(SAMPLE, "    example: ${env:HOME}", "7: secret: '${env:HOME}' would put a secret"),
    broken(SAMPLE, "    example: ${flie:a.md}", "7: reference: did you mean 'file'?"),
    broken(SAMPLE, "    example: ${file:partials/a.md}", "7: no-partial: no partial 'partials/a.md'"),
    broken(SAMPLE, "    example: ${file:../a.md}", "7: no-partial: '../a.md' is outside the partials folder"),
]

OPTIONS = [
    broken("template:", f"model:\n  options:\n    {option}\ntemplate:", f"15: {said}")
    for option, said in [
        ("temperature: 3", "option-range: 'temperature' must be a number from 0 to 2, not 3"),
        ("temperature: -0.1", "option-range: must be a number from 0 to 2, not -0.1"),
        ("temperature: .nan", "option-range: must be a number from 0 to 2, not .nan"),
        ("temperature: warm", "option-range: must be a number from 0 to 2"),
        ("temperature: true", "option-range: must be a number from 0 to 2"),
        ("topP: 1.5", "option-range: 'topP' must be a number from 0 to 1, not 1.5"),
        ("topP: -1", "option-range: must be a number from 0 to 1, not -1"),
        ("maxOutputTokens: 0", "option-range: must be a whole number from 1 to 1000000, not 0"),
        ("maxOutputTokens: 2.5", "option-range: must be a whole number from 1 to 1000000"),
        ("maxOutputTokens: " + "9" * 400, "option-range: must be a whole number from 1 to 1000000, not 99"),
        ("temprature: 1", "unknown-key: did you mean 'temperature'?"),
        ("{topP: 1, topP: 0}", "duplicate-key: 'topP' is given twice, first on line 15"),
    ]
]

BODY = [
    broken(
        "user:\n", "usr:\n", "19: no-user: put 'user:' on a line of its own", "22: unknown-role: did you mean 'user'?"
    ),
    broken("user:\n", "", "19: no-user: put 'user:' on a line of its own"),
    broken(HELLO, "Hello {{ persn }}.", "23: unknown-input: 'persn', did you mean 'person'?"),
    broken(HELLO, "Hello {{ person }}, {{ shop }}.", "23: unknown-input: 'shop': declare it under inputs"),
    broken(HELLO, "Hello {{ person.", "23: unclosed: '{{' is never closed: add '}}'"),
    broken(HELLO, "Hello {{ person }.\nIt's £2.", "23: unclosed: '{{' is never closed: add '}}'"),
    broken(HELLO, "Hello {{ person|default('you }}.\nIt's £2.", "23: unclosed: a quotation mark opens here"),
    broken(HELLO, 'Hello\n{{ person|default("you) }}.', "24: unclosed: a quotation mark opens here"),
    broken(HELLO, "Hello {{ person }}.\n{# to do\nHow are you?", "24: unclosed: the comment that opens here"),
    broken(HELLO, "{% if person %}\nHello {{ person }}.", "23: unclosed: this if is never closed: add '{% endif %}'"),
    broken("{%- endfor %}", "", "24: unclosed: this for is never closed: add '{% endfor %}'"),
    broken("{%- endfor %}", "{% endif %}", "26: unclosed: 'endif' stands where 'endfor' should: a for is open here"),
    broken(HELLO, "Hello {{ person }}.{% endif %}", "23: unclosed: 'endif' closes nothing"),
    broken(
        HELLO,
        "{% if person %}\nuser:\nHello {{ person }}.{% endif %}",
        "23: unclosed: this if",
        "25: unclosed: 'endif' closes",
    ),
    broken(HELLO, "Hello {{ }} {{ person }}.", "23: syntax: Expected an expression"),
    broken(HELLO, "Hello {{ person person }}.", "23: syntax: expected token"),
    broken(HELLO, "{% iff person %}Hello{% endif %}", "23: syntax: unknown tag 'iff', did you mean 'if'?"),
    broken(HELLO, "Hello {{ person|uper }}.", "23: unknown-filter: 'uper', did you mean 'upper'?"),
    broken(HELLO, "Hello {{ person|nl2br }}.", "23: unknown-filter: 'nl2br': known are capitalize, default"),
    broken(HELLO, "{% if person is strin %}Hello{% endif %}", "23: unknown-test: 'strin', did you mean 'string'?"),
    broken(HELLO, "Hello {{ person.name }}.", "23: not-allowed: '.name' is not allowed"),
    broken(HELLO, "Hello {{ person }} {{ range(9) }}.", "23: not-allowed: 'call'", "23: unknown-input: 'range'"),
    broken(HELLO, "{% set x = 1 %}Hello {{ person }}.", "23: not-allowed: 'assign' is not allowed"),
    broken(HELLO, "{% include 'a' %}Hello {{ person }}.", "23: not-allowed: 'include' is not allowed"),
    broken(LOOP, "for fact in person", "8: unused-input: 'facts'", "24: loop: only go over an input of kind 'array'"),
    broken(
        LOOP, "for person in facts", "24: loop: 'person' is taken", "25: unknown-input: 'fact', did you mean 'facts'?"
    ),
    broken(LOOP, "for a, fact in facts", "24: loop: takes one name"),
    broken(HELLO, "Hello {{ person|length > 'a' }}.", "23: mismatch: number and text have no order"),
    broken(HELLO, "Hello {{ person|round }}.", "23: mismatch: 'round' takes boolean or number, not text"),
    broken(HELLO, "Hello {{ person }}." + "{{ 1 }}" * 400, "23: too-big: more than 400 tags in one message"),
    broken(HELLO, HELLO + "x" * 20_000, "19: too-big: use at most 20000"),
    broken(HELLO, "Hello {{ person }}.\nKey: ${env:API_KEY}", "24: secret: '${env:API_KEY}'"),
    broken(HELLO, "Hello {{ person }}.\n${file:partials/style.md}", "24: reference: is not followed in the body"),
    broken(HELLO, "Hello {{ person }}.\n${person}", "24: reference: write '{{ person }}'"),
    broken(HELLO, "Hello {{ person }}.\nA\0B", "24: control-character: a control character (NUL) at character 2"),
    broken(HELLO, "Hello {{ person }}.\nA\u2028B", "24: control-character: an invisible line break (U+2028)"),
]

LIMIT = "  - name: headline_limit\n    kind: integer\n    description: characters\n    example: 34"
CALL = "- call_to_action: at most {{ call_to_action_limit }} characters. A verb and where it leads.\n"
AD_COPY = [
    broken(
        "price", "prise", "21: not-passed: the creative node passes no input 'prise', and it has no default, did you"
    ),
    broken("price", "cost", "21: not-passed: give it a default, or use one of price"),
    broken("findings", "findigns", "92: not-passed: it would always be its default, did you mean 'findings'?"),
    broken(
        LIMIT, LIMIT.replace("integer", "string").replace("34", "a few"), "72: other-kind: as integer, and the file"
    ),
    broken("- headline: at", "- headlin: at", "156: unknown-field: 'headlin' of an answer, did you mean 'headline'?"),
    broken(
        "- headline: at",
        "- title: at",
        "156: unknown-field: it reads headline, body, ",
        "156: unnamed-field: 'headline'",
    ),
    broken("- angle:", "- mood: warm.\n- angle:", "159: unknown-field: the creative node reads no field 'mood'"),
    broken(CALL, "{{ call_to_action_limit }}\n", "156: unnamed-field: the prompt never names it"),
]
"""Of the copywriter's prompt, what is changed is changed throughout."""
