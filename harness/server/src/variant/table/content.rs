//! Variants in the content of answers.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::policy::TimesKept;
use crate::variant::Variant;
use crate::variant::VariantSource::{Reading, Requirement, Rfc, Sentence};

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new(
        "further-members",
        "every object of an answer has members that no document names",
        BOTH,
        Sentence("practice", "A server ignores members that it does not know."),
        |v| v.answers.content.further_members = true,
    ),
    Variant::new(
        "participants-reversed",
        "participants are listed from the last to the first, and the creator last",
        BOTH,
        Requirement("participants-listed"),
        |v| v.answers.content.participants_reversed = true,
    ),
    Variant::new("times-in-seconds", "times have no fraction", BOTH, Rfc(3339, "5.6"), |v| {
        v.answers.content.times.digits = Some(0)
    }),
    Variant::new("times-in-milliseconds", "times have three fractional digits", BOTH, Rfc(3339, "5.6"), |v| {
        v.answers.content.times.digits = Some(3)
    }),
    Variant::new("times-in-microseconds", "times have six fractional digits", BOTH, Rfc(3339, "5.6"), |v| {
        v.answers.content.times.digits = Some(6)
    }),
    Variant::new("times-in-lower-case", "the T and the Z of times are in lower case", BOTH, Rfc(3339, "5.6"), |v| {
        v.answers.content.times.lower_case = true
    }),
    Variant::new(
        "offset-minus-zero",
        "the offset of times is written -00:00: it is UTC, and where the server stands is not said",
        BOTH,
        Reading("utc-offset"),
        |v| v.answers.content.times.offset = Some("-00:00"),
    ),
    Variant::new(
        "mute-until-the-beginning",
        "mute_until is 0001-01-01T00:00:00Z, as a time that was never set",
        BOTH,
        Rfc(3339, "5.6"),
        |v| v.answers.content.mute_until = Some("0001-01-01T00:00:00Z"),
    ),
    Variant::new("icon-url-given", "icon_url is a URL", BOTH, Requirement("answer-icon-url"), |v| {
        v.answers.content.icon_url = Some("https://images.example.org/groups?size=s&of=caf%C3%A9")
    }),
    Variant::new(
        "code-url-elsewhere",
        "code_url has another host, and a longer path before /codes/",
        BOTH,
        Requirement("group-code-url"),
        |v| v.answers.content.code_url = Some("http://chat.example.org:8080/join/codes/"),
    ),
    Variant::new("code-url-own-scheme", "code_url has the scheme of an app", BOTH, Rfc(3986, "4.3"), |v| {
        v.answers.content.code_url = Some("mixin://codes/")
    }),
    Variant::new(
        "participants-later",
        "participants join in the second after the conversation was created",
        BOTH,
        Sentence("seed", "\"created_at\":\"2018-05-16T12:34:44.149277666Z\""),
        |v| v.answers.content.joined_later = true,
    ),
    Variant::new("expiring", "expire_in is a week", ONLY_2026, Requirement("answer-expire-in"), |v| {
        v.answers.content.expire_in = Some(604_800)
    }),
    Variant::new(
        "names-ignored",
        "a name makes no difference, and that of every conversation is empty",
        ONLY_2018,
        Reading("control-characters"),
        |v| v.answers.content.nameless = true,
    ),
    Variant::new("created-201", "the status of a success is 201", ONLY_2018, Requirement("answer-envelope"), |v| {
        v.answers.content.status = Some(201)
    }),
    Variant::new(
        "null-error",
        "an answer with data has an error too, which is null",
        ONLY_2018,
        Requirement("answer-without-error"),
        |v| v.answers.content.null_error = true,
    ),
    Variant::new("times-in-picoseconds", "times have twelve fractional digits", BOTH, Rfc(3339, "5.6"), |v| {
        v.answers.content.times.digits = Some(12)
    })
    .without(&["times-nine-digits"]),
    Variant::new(
        "times-kept-in-milliseconds",
        "the first answer has nanoseconds, and later ones the milliseconds that a database keeps",
        BOTH,
        Requirement("create-again-same-time"),
        |v| v.policy.times_kept = TimesKept::Milliseconds,
    ),
    Variant::new("mute-until-now", "mute_until is the time of the answer", BOTH, Requirement("not-muted"), |v| {
        v.answers.content.muted_until_now = true
    }),
    Variant::new(
        "icon-url-later",
        "a picture is made after the conversation: icon_url is empty at first, and a URL later",
        BOTH,
        Requirement("answer-icon-url"),
        |v| v.answers.content.icon_url_later = true,
    ),
];
