//! What a user sees after a mistake in the documents: one snapshot for each kind.
//!
//! Every test breaks the embedded documents in one place, in memory. Line numbers are masked in the snapshots, since
//! every edit of the documents moves them; the tests compare them with where the mistake was made.

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::{Spec, SpecErrors, embedded};

const REQUIREMENTS: &str = "requirements.yaml";
const OPENAPI: &str = "2026/openapi.yaml";
const PUBLISHED: &str = "inputs/published.yaml";
const REAL_REQUESTS: &str = "inputs/real-requests.yaml";

/// A replacement in a document: in `path`, the first `from` after the first `after` becomes `to`.
struct Mistake {
    path: &'static str,
    after: &'static str,
    from: &'static str,
    to: &'static str,
}

impl Mistake {
    /// The document with the mistake, and the line where it is.
    fn made(&self) -> (String, usize) {
        let text = embedded::read(self.path).expect("an embedded document");
        let after = text.find(self.after).unwrap_or_else(|| panic!("no `{}` in {}", self.after, self.path));
        let at = after
            + text[after..].find(self.from).unwrap_or_else(|| panic!("no `{}` after `{}`", self.from, self.after));
        let broken = format!("{}{}{}", &text[..at], self.to, &text[at + self.from.len()..]);
        let same = self.from.bytes().zip(self.to.bytes()).take_while(|(a, b)| a == b).count();
        let changed = self.to[same..].trim_start();
        let line = broken[..at + self.to.len() - changed.len()].matches('\n').count() + 1;
        (broken, line)
    }

    fn errors(&self) -> (SpecErrors, usize) {
        let (broken, line) = self.made();
        let read = |path: &str| if path == self.path { Ok(broken.clone()) } else { embedded::read(path) };
        let Err(errors) = Spec::read("spec", read) else {
            panic!("`{}` for `{}` after `{}` in {} is not found", self.to, self.from, self.after, self.path)
        };
        (errors, line)
    }
}

fn rendered(errors: &SpecErrors) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    let mut text = String::new();
    for finding in &errors.findings {
        handler.render_report(&mut text, finding).expect("text can be written to a string");
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn snapshot(name: &str, mistake: &Mistake, here: bool) {
    let (errors, line) = mistake.errors();
    if here {
        let found = errors.findings.iter().any(|finding| {
            finding.file().ends_with(mistake.path) && finding.place().is_some_and(|place| place.line == line)
        });
        assert!(found, "nothing was found in line {line}:\n{}", rendered(&errors));
    }
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        snapshot_path => "snapshots",
        filters => vec![
            (r"(\.yaml:)\d+(:\d+)", "${1}LINE${2}"),
            (r"in line \d+", "in line LINE"),
            (r"(?m)^ *\d+ │", " LINE │"),
            (r"(?m)^ +([╭·╰])", "      ${1}"),
        ],
    }, {
        insta::assert_snapshot!(name, rendered(&errors));
    });
}

/// A test for each mistake. `elsewhere` marks those that are reported on another line than the one that was changed.
macro_rules! mistakes {
    ($($name:ident $($elsewhere:ident)?: $path:literal, after $after:literal, $from:literal => $to:literal;)*) => {
        $(
            #[test]
            fn $name() {
                let mistake = Mistake { path: $path, after: $after, from: $from, to: $to };
                let elsewhere: &[&str] = &[$(stringify!($elsewhere))?];
                snapshot(stringify!($name), &mistake, elsewhere.is_empty());
            }
        )*
    };
}

mistakes! {
    // The form of the documents.
    yaml_syntax elsewhere: "requirements.yaml", after "id: group-owner", "area: answer" => "area: [answer";
    unknown_member: "requirements.yaml", after "id: group-owner", "statement:" => "statment:";
    missing_member elsewhere: "requirements.yaml", after "id: group-owner", "    area: answer\n" => "";
    duplicate_key: "requirements.yaml", after "id: group-owner", "area: answer" => "area: answer\n    row: A6";
    wrong_type: "requirements.yaml", after "version:", "version: 1" => "version: one";
    wrong_level: "requirements.yaml", after "id: group-owner", "level: must" => "level: musst";
    unreadable_file: "requirements.yaml", after "sources:", "file: sources/seed.md" => "file: sources/sed.md";

    law_of_a_server elsewhere: "requirements.yaml", after "id: unique-id-value", "    subject: sdk\n    statement: >-" => "    statement: >-";

    rule_of_another_type: "requirements.yaml", after "id: create-again-no-duplicates", "rule: distinct" => "rule: 010 # distinct";

    // Names.
    unknown_row: "requirements.yaml", after "id: group-owner", "row: A6" => "row: A99";
    unknown_base: "requirements.yaml", after "id: contact-id-version", "rests_on: [contact-id-derived]" => "rests_on: [contact-id-derive]";
    unknown_case_of_a_base: "requirements.yaml", after "id: contact-id-symmetric", "rests_on: [contact-accepted/plain]" => "rests_on: [contact-accepted/pain]";
    base_that_rests_on_itself: "requirements.yaml", after "id: token-of-another-key", "rests_on: [credential-missing]" => "rests_on: [token-unsigned]";
    base_of_another_edition: "requirements.yaml", after "id: error-status", "rests_on: [refusal-status]" => "rests_on: [request-id-echoed]";
    duplicate_id: "requirements.yaml", after "id: group-owner", "id: group-sole-owner" => "id: group-owner";
    id_of_a_reading: "requirements.yaml", after "id: group-owner", "id: group-owner" => "id: group-id-unfit";
    id_not_in_kebab_case: "requirements.yaml", after "id: group-owner", "id: group-owner" => "id: groupOwner";
    creation_twice: "requirements.yaml", after "  creations:", "name: group-emoji" => "name: group-quotes";
    answer_twice: "requirements.yaml", after "  answers:", "name: odd-text" => "name: offset";
    signing_not_in_kebab_case: "requirements.yaml", after "  signings:", "name: query" => "name: Query";
    near_miss_twice: "requirements.yaml", after "derivations:", "name: reverse" => "name: unsorted";
    unknown_edition: "requirements.yaml", after "id: group-owner", "\"2026\"]" => "\"2025\"]";
    missing_level: "requirements.yaml", after "id: create-again", "{\"2018\": should, \"2026\": must}" => "{\"2026\": must}";
    unknown_source: "requirements.yaml", after "id: group-owner", "document: seed" => "document: sead";
    no_source: "requirements.yaml", after "id: group-without-name", "[{document: practice, quote: A GROUP may go without a name.}]" => "[]";
    quote_not_found: "requirements.yaml", after "id: group-owner", "\"OWNER\"'" => "\"ADMIN\"'";
    unknown_family: "requirements.yaml", after "id: create-again-no-demotion", "request: group" => "request: grop";
    unknown_derivation: "requirements.yaml", after "  group_conversation_id:", "with: unique_conversation_id" => "with: unique_id";

    // Forms and steps.
    no_form: "requirements.yaml", after "id: group-owner", "id: group-owner" => "id: group-nobody\n    row: A6\n    area: answer\n    level: must\n    editions: [\"2018\"]\n    statement: Nothing is checked.\n    source: [{document: seed, quote: OWNER}]\n\n  - id: group-owner";
    two_forms elsewhere: "requirements.yaml", after "id: group-owner", "    always:" => "    refuses: {requests: [group], cases: [{name: plain}]}\n    always:";
    when_without_effect: "requirements.yaml", after "id: create-again-no-demotion", "    scenario:" => "    when: fresh\n    scenario:";
    step_with_two_requests: "requirements.yaml", after "id: create-again-no-demotion", "check, again: first" => "check, again: first, request: group";
    step_refers_to_later: "requirements.yaml", after "id: create-again-no-demotion", "again: first" => "again: check";
    unknown_step: "requirements.yaml", after "id: create-again-no-demotion", "again: first" => "again: frist";
    unknown_step_of_a_call: "requirements.yaml", after "id: create-again-no-demotion", "check, again: first" => "check, call: {operation: readConversation, of: frist}";
    unknown_operation_of_a_call: "requirements.yaml", after "id: create-again-no-demotion", "check, again: first" => "check, call: {of: first, operation: readConversaton}";
    call_of_a_creation: "requirements.yaml", after "id: create-again-no-demotion", "check, again: first" => "check, call: {of: first, operation: createConversation}";
    call_with_a_change: "requirements.yaml", after "id: create-again-no-demotion", "check, again: first" => "check, call: {of: first, operation: readConversation}, change: {name: none}";
    patch_misses: "requirements.yaml", after "id: group-without-name", "remove, path: /name" => "remove, path: /nme";

    // Constraints.
    dangling_pointer: "requirements.yaml", after "id: category-enum", "ConversationCategory/enum" => "ConversationCategory/enums";
    dangling_example: "requirements.yaml", after "    example:", "examples/group/value" => "examples/grup/value";
    owns_nothing: "requirements.yaml", after "id: category-enum", "ConversationCategory/enum" => "ConversationCategory/description";
    two_owners elsewhere: "requirements.yaml", after "id: category-enum", "ConversationCategory/enum" => "ConversationCategory";
    no_owner: "2026/openapi.yaml", after "    ConversationCategory:", "enum: [GROUP, CONTACT]" => "enum: [GROUP, CONTACT]\n      maxLength: 7";
    unknown_keyword: "2026/openapi.yaml", after "    CreateConversationRequest:", "maxLength: 512" => "maxLenght: 512";
    enum_of_another_type: "2026/openapi.yaml", after "    ConversationCategory:", "enum: [GROUP, CONTACT]" => "enum: [GROUP, 10]";
    example_of_another_type: "2026/openapi.yaml", after "    CreateConversationRequest:", "maxLength: 512" => "maxLength: 512\n          example: 010";
    keyword_value: "2026/openapi.yaml", after "    CreateConversationRequest:", "maxLength: 512" => "maxLength: many";
    dangling_ref elsewhere: "2026/openapi.yaml", after "    Conversation:", "schemas/Timestamp" => "schemas/TimeStamp";

    // Expressions.
    expression_syntax: "requirements.yaml", after "id: group-owner", "outcome == 'accepted' && response" => "outcome == 'accepted' and response";
    unknown_variable: "requirements.yaml", after "id: group-owner", "outcome == 'accepted'" => "outcom == 'accepted'";
    no_condition: "requirements.yaml", after "id: create-again-no-duplicates", "distinct(this.response.data.participants.map(p, p.user_id))" => "this.response.data.participants.map(p, p.user_id)";
    type_error: "requirements.yaml", after "id: group-owner", "outcome == 'accepted' && response" => "size(outcome) == 'accepted' && response";
    unknown_function: "requirements.yaml", after "id: create-again-no-duplicates", "distinct(this." => "distinkt(this.";
    wrong_arguments: "requirements.yaml", after "id: create-again-no-duplicates", "p.user_id))" => "p.user_id), 1)";
    unknown_path: "requirements.yaml", after "id: group-owner", "p.user_id == response" => "p.userid == response";
    path_of_one_edition: "requirements.yaml", after "id: group-owner", "p.role == 'OWNER')" => "p.role == 'OWNER' && response.data.expire_in == 0)";
    unknown_near_miss: "requirements.yaml", after "derivations:", "near_miss('unique_conversation_id', 'upper'" => "near_miss('unique_conversation_id', 'uper'";
    unknown_http_member: "requirements.yaml", after "id: answer-status", "http.status" => "http.statuss";
    unknown_outcome: "requirements.yaml", after "id: create-again", "outcome == 'accepted'" => "outcome == 'acepted'";
    unknown_step_in_rule: "requirements.yaml", after "id: create-again-no-demotion", "steps.first.outcome" => "steps.frist.outcome";

    // Inputs.
    input_of_another_type: "inputs/real-requests.yaml", after "requests:", "users: 3" => "users: three";
    flag_without_meaning elsewhere: "inputs/flags.yaml", after "  BothOrders:", "meaning:" => "means:";
    flag_not_in_pascal_case: "inputs/flags.yaml", after "flags:", "  HighBit:" => "  high_bit2:";
    unknown_requirement_of_a_flag: "inputs/flags.yaml", after "  BothOrders:", "[unique-id-symmetric]" => "[unique-id-symetric]";
    unknown_flag: "inputs/published.yaml", after "functions:", "[OtherFunction]" => "[OtherFunctions]";
    published_twice: "inputs/published.yaml", after "id: pair-01", "id: pair-01-swapped" => "id: pair-01";
    unknown_function_of_a_result: "inputs/published.yaml", after "id: other-01", "unique_uuid" => "unique_uid";
    arguments_of_another_function: "inputs/published.yaml", after "id: pair-01", "arguments: [" => "arguments: [0, ";
    unknown_operation: "inputs/real-requests.yaml", after "name: ios-app-group", "createConversation" => "createConversaton";
    operation_without_body: "inputs/real-requests.yaml", after "name: ios-app-group", "createConversation" => "readConversation";
    edition_of_no_request: "inputs/real-requests.yaml", after "name: ios-app-group", "[\"2026\"]" => "[\"2062\"]";
    about_nothing_known: "inputs/real-requests.yaml", after "name: ios-app-group", "[group-accepted]" => "[group-acepted]";
    unknown_placeholder: "inputs/real-requests.yaml", after "name: ios-app-group", "$USERS" => "$USRES";
    body_is_no_json: "inputs/real-requests.yaml", after "name: ios-app-contact", "[$USERS]}" => "[$USERS}";
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mistake = Mistake {
        path: "requirements.yaml",
        after: "id: group-owner",
        from: "editions: [\"2018\", \"2026\"]",
        to: "editions: [\"2018\", \"2025\", \"2027\"]",
    };
    let (errors, _) = mistake.errors();
    assert_eq!(errors.to_string(), "load the spec: 2 mistakes found in its documents");
    let codes = errors.findings.iter().filter_map(miette::Diagnostic::code).map(|code| code.to_string());
    assert_eq!(codes.collect::<Vec<_>>(), ["spec::unknown_name", "spec::unknown_name"]);
}

/// Mistakes whose messages are like others; this only tests that each is found.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of mistakes")]
fn every_other_mistake_is_found() {
    let check = "{name: check, again: first, expect: judged}";
    for (code, path, after, from, to) in [
        ("no_edition", REQUIREMENTS, "id: group-without-name", "[\"2026\"]", "[]"),
        (
            "stray_edition",
            REQUIREMENTS,
            "id: group-without-name",
            "level: should",
            "level: {\"2018\": should, \"2026\": should}",
        ),
        ("no_base", REQUIREMENTS, "\n  contact:", "\"2018\":", "\"2019\":"),
        ("nothing_sent", REQUIREMENTS, "id: role-enum", "requests: [group], ", ""),
        (
            "no_request",
            REQUIREMENTS,
            "id: refused-cannot-be-read",
            "{name: read_participant, read: participant, expect: judged}",
            "{name: read_participant, read: participant, expect: judged}\n        - {name: again, again: read_participant}",
        ),
        (
            "no_effect",
            REQUIREMENTS,
            "id: refused-cannot-be-read",
            "read: participant,",
            "read: participant, change: {name: none},",
        ),
        ("no_effect", REQUIREMENTS, "id: group-without-name", "{op: remove,", "{op: remove, from: /category,"),
        ("not_about_it", REQUIREMENTS, "\n  readConversation:", "thing: conversation", "thing: message"),
        (
            "not_about_it",
            OPENAPI,
            "operationId: readConversation",
            "      responses:",
            "      requestBody:\n        content:\n          application/json:\n            schema: {$ref: \"#/components/schemas/Id\"}\n      responses:",
        ),
        (
            "no_operation",
            OPENAPI,
            "\n  /conversations/{conversation_id}:",
            "operationId: readConversation",
            "operationId: seeIt",
        ),
        (
            "no_request",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            check,
            "{name: called, call: {operation: readConversation, of: first}}\n        - {name: check, again: called, expect: judged}",
        ),
        (
            "later_step",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            "again: first\n          change: {name: by-member, patch: [{op: replace, path: /participants/1/role, value: \"\"}]}",
            "call: {operation: readConversation, of: check}",
        ),
        (
            "not_one",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            check,
            "{name: check, again: first, call: {operation: readConversation, of: first}, expect: judged}",
        ),
        ("no_effect", REQUIREMENTS, "\napi:", "  error: /error\n", ""),
        ("no_effect", REQUIREMENTS, "\napi:", "  code: /error/code\n", ""),
        (
            "missing_member",
            REQUIREMENTS,
            "id: participant-named-twice",
            "op: copy, from: /participants/0,",
            "op: copy,",
        ),
        (
            "duplicate_name",
            REQUIREMENTS,
            "id: group-without-random-id",
            "{name: refused, rule",
            "{name: accepted, rule",
        ),
        (
            "one_interpretation",
            REQUIREMENTS,
            "id: group-without-random-id",
            "\n      - {name: refused, rule: steps.plain.outcome == 'refused'}",
            "",
        ),
        (
            "name_form",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            check,
            "{name: Check, again: first, expect: judged}",
        ),
        (
            "duplicate_name",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            check,
            "{name: first, again: first, expect: judged}",
        ),
        (
            "unknown_name",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            check,
            "{name: check, again: first, change: {name: x, set: [{at: /name, to: item}]}}",
        ),
        ("unknown_path", REQUIREMENTS, "id: create-again-no-demotion", "steps.first.outcome", "steps.first[0].outcome"),
        (
            "unknown_path",
            REQUIREMENTS,
            "id: create-again-no-demotion",
            "again: first\n          change: {name: by-creator,",
            "again: first\n          at_once: 2\n          change: {name: by-creator,",
        ),
        (
            "wrong_value",
            REQUIREMENTS,
            "  createConversation:",
            "{request: /conversation_id,",
            "{parameter: conversation_id,",
        ),
        (
            "not_one",
            REQUIREMENTS,
            "  unique_conversation_id:",
            "    record:",
            "    fold: {with: unique_conversation_id, start: [owner, name], then: []}\n    record:",
        ),
        (
            "dangling_pointer",
            REQUIREMENTS,
            "requests:\n",
            "users: /participants/*/user_id",
            "users: /participants/*/id",
        ),
        (
            "dangling_pointer",
            REQUIREMENTS,
            "requests:\n",
            "schema: /components/schemas/C",
            "schema: /components/schemas/D",
        ),
        (
            "both_directions",
            OPENAPI,
            "    ParticipantRequest:",
            "action: {$ref: \"#/components/schemas/ParticipantAction\"}",
            "action: {$ref: \"#/components/schemas/Id\"}",
        ),
        (
            "unreached_schema",
            OPENAPI,
            "\n  schemas:",
            "\n    CreateConversationRequest:",
            "\n    Lost:\n      type: string\n    CreateConversationRequest:",
        ),
        ("unknown_name", PUBLISHED, "flags:", "[Published]", "[Publicised]"),
        ("unknown_name", PUBLISHED, "functions:", "of: unique_conversation_id", "of: unique_id"),
        ("wrong_value", PUBLISHED, "functions:", "of: unique_conversation_id", "of: group_conversation_id"),
        ("wrong_value", PUBLISHED, "functions:", "unique_uuid:", "unique_conversation_id:"),
        ("name_form", PUBLISHED, "results:", "id: pair-01", "id: pair_01"),
        ("wrong_value", PUBLISHED, "id: group", "- Mixin Rocks", "- [Mixin Rocks]"),
        ("wrong_value", PUBLISHED, "id: other-03", "arguments: [test]", "arguments: []"),
        ("wrong_value", PUBLISHED, "id: other-03", "origins: [", "origins: [] # ["),
        ("unknown_name", REAL_REQUESTS, "flags:", "[RealInput]", "[RealImput]"),
        ("duplicate_name", REAL_REQUESTS, "requests:", "name: ios-app-group", "name: ios-app-contact"),
        ("name_form", REAL_REQUESTS, "requests:", "name: ios-app-group", "name: ios_app_group"),
        ("no_edition", REAL_REQUESTS, "name: ios-app-group", "[\"2026\"]", "[]"),
        ("unknown_name", REAL_REQUESTS, "name: ios-app-group", "family: group", "family: groups"),
        ("wrong_value", REAL_REQUESTS, "name: ios-app-group", "[group-accepted]", "[]"),
        ("stray_edition", REAL_REQUESTS, "name: ios-app-group", "[\"2026\"]", "[\"2018\", \"2026\"]"),
        ("unknown_name", REAL_REQUESTS, "name: ios-app-group", "derivation: group", "derivation: groups"),
        ("no_effect", REAL_REQUESTS, "name: ios-app-group", "$ID", "an-id"),
        ("unknown_name", REAL_REQUESTS, "name: ios-app-group", "\"$USER\"", "\"$USERS\""),
    ] {
        let (errors, _) = Mistake { path, after, from, to }.errors();
        let codes: Vec<String> =
            errors.findings.iter().filter_map(miette::Diagnostic::code).map(|code| code.to_string()).collect();
        assert!(codes.contains(&format!("spec::{code}")), "no {code} for `{to}`:\n{}", rendered(&errors));
    }
}

#[test]
fn a_folder_without_documents_says_so() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let errors = Spec::load(&folder).expect_err("no documents there");
    assert_eq!(errors.findings.len(), 1);
    assert!(rendered(&errors).contains("cannot read requirements.yaml"), "{}", rendered(&errors));
}
