//! What answers say, and how their JSON is written.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::variant::Source::{Reading, Requirement, Rfc, Sentence};
use crate::variant::Variant;
use crate::variant::writing::{Order, Space, Writing};

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        name: "members-reversed",
        description: "the members of every object stand in the reverse order of their names",
        editions: BOTH,
        source: Rfc(8259, "4"),
        change: |v| writing(v).order = Order::Descending,
    },
    Variant {
        name: "pretty-printed",
        description: "JSON is indented, and ends in a line feed",
        editions: BOTH,
        source: Rfc(8259, "2"),
        change: |v| writing(v).space = Space::Pretty,
    },
    Variant {
        name: "white-space-everywhere",
        description: "tabs, carriage returns, line feeds and spaces stand wherever they may",
        editions: BOTH,
        source: Rfc(8259, "2"),
        change: |v| writing(v).space = Space::Everywhere,
    },
    Variant {
        name: "non-ascii-escaped",
        description: "what is not ASCII is escaped, in pairs of surrogates where it must be",
        editions: BOTH,
        source: Rfc(8259, "7"),
        change: |v| writing(v).escapes.non_ascii = true,
    },
    Variant {
        name: "slashes-escaped",
        description: "a slash is escaped",
        editions: BOTH,
        source: Rfc(8259, "7"),
        change: |v| writing(v).escapes.slash = true,
    },
    Variant {
        name: "html-escaped",
        description: "JSON is escaped so that it may stand in HTML",
        editions: BOTH,
        source: Rfc(8259, "7"),
        change: |v| writing(v).escapes.html = true,
    },
    Variant {
        name: "everything-escaped",
        description: "every character of every string is escaped, member names too",
        editions: BOTH,
        source: Rfc(8259, "7"),
        change: |v| writing(v).escapes.everything = true,
    },
    Variant {
        name: "further-members",
        description: "every object of an answer has members that no document names",
        editions: BOTH,
        source: Sentence("practice", "A server ignores members that it does not know."),
        change: |v| v.answers.content.further_members = true,
    },
    Variant {
        name: "participants-reversed",
        description: "participants are listed from the last to the first, and the creator last",
        editions: BOTH,
        source: Requirement("participants-listed"),
        change: |v| v.answers.content.participants_reversed = true,
    },
    Variant {
        name: "times-in-seconds",
        description: "times have no fraction",
        editions: BOTH,
        source: Rfc(3339, "5.6"),
        change: |v| v.answers.content.times.digits = Some(0),
    },
    Variant {
        name: "times-in-milliseconds",
        description: "times have three fractional digits",
        editions: BOTH,
        source: Rfc(3339, "5.6"),
        change: |v| v.answers.content.times.digits = Some(3),
    },
    Variant {
        name: "times-in-microseconds",
        description: "times have six fractional digits",
        editions: BOTH,
        source: Rfc(3339, "5.6"),
        change: |v| v.answers.content.times.digits = Some(6),
    },
    Variant {
        name: "times-in-lower-case",
        description: "the T and the Z of times are in lower case",
        editions: BOTH,
        source: Rfc(3339, "5.6"),
        change: |v| v.answers.content.times.lower_case = true,
    },
    Variant {
        name: "offset-minus-zero",
        description: "the offset of times is written -00:00: it is UTC, and where the server stands is not said",
        editions: BOTH,
        source: Reading("utc-offset"),
        change: |v| v.answers.content.times.offset = Some("-00:00"),
    },
    Variant {
        name: "mute-until-the-beginning",
        description: "mute_until is 0001-01-01T00:00:00Z, as a time that was never set",
        editions: BOTH,
        source: Rfc(3339, "5.6"),
        change: |v| v.answers.content.mute_until = Some("0001-01-01T00:00:00Z"),
    },
    Variant {
        name: "mute-until-the-end",
        description: "mute_until is 9999-12-31T23:59:59.999999999Z",
        editions: BOTH,
        source: Rfc(3339, "5.6"),
        change: |v| v.answers.content.mute_until = Some("9999-12-31T23:59:59.999999999Z"),
    },
    Variant {
        name: "icon-url-given",
        description: "icon_url is a URL",
        editions: BOTH,
        source: Requirement("answer-icon-url"),
        change: |v| v.answers.content.icon_url = Some("https://images.example.org/groups?size=s&of=caf%C3%A9"),
    },
    Variant {
        name: "code-url-elsewhere",
        description: "code_url has another host, and a longer path before /codes/",
        editions: BOTH,
        source: Requirement("group-code-url"),
        change: |v| v.answers.content.code_url = Some("http://chat.example.org:8080/join/codes/"),
    },
    Variant {
        name: "code-url-own-scheme",
        description: "code_url has the scheme of an app",
        editions: BOTH,
        source: Rfc(3986, "4.3"),
        change: |v| v.answers.content.code_url = Some("mixin://codes/"),
    },
    Variant {
        name: "participants-later",
        description: "participants join in the second after the conversation was created",
        editions: BOTH,
        source: Sentence("seed", "\"created_at\":\"2018-05-16T12:34:44.149277666Z\""),
        change: |v| v.answers.content.joined_later = true,
    },
    Variant {
        name: "in-a-circle",
        description: "the conversation is in a circle of the caller's",
        editions: ONLY_2026,
        source: Requirement("answer-circles"),
        change: |v| v.answers.content.in_a_circle = true,
    },
    Variant {
        name: "without-sessions",
        description: "participant_sessions is an empty array",
        editions: ONLY_2026,
        source: Requirement("session-members"),
        change: |v| v.answers.content.without_sessions = true,
    },
    Variant {
        name: "expiring",
        description: "expire_in is a week",
        editions: ONLY_2026,
        source: Requirement("answer-expire-in"),
        change: |v| v.answers.content.expire_in = Some(604_800),
    },
    Variant {
        name: "names-ignored",
        description: "a name makes no difference, and that of every conversation is empty",
        editions: ONLY_2018,
        source: Reading("control-characters"),
        change: |v| v.answers.content.nameless = true,
    },
    Variant {
        name: "created-201",
        description: "the status of a success is 201",
        editions: ONLY_2018,
        source: Requirement("answer-envelope"),
        change: |v| v.answers.content.status = Some(201),
    },
    Variant {
        name: "null-error",
        description: "an answer with data has an error too, which is null",
        editions: ONLY_2018,
        source: Requirement("answer-without-error"),
        change: |v| v.answers.content.null_error = true,
    },
];

fn writing(variation: &mut crate::variant::Variation) -> &mut Writing {
    variation.answers.writing.get_or_insert_default()
}
