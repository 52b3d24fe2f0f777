//! Faults in times: how they are written, and which moment they name.

use serde_json::{Value, json};

use crate::fault::Fault;
use crate::fault::edit::{each, get, set};
use crate::fault::hook::Hook::{Answer, Offset, With};
use crate::fault::hook::{BOTH, and};
use crate::policy::UtcOffset;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "times-as-numbers",
        "Times are seconds since 1970.",
        BOTH,
        "times-are-text",
        &[Answer(|answer, _| times(answer, |_| json!(1_526_474_084)))],
    ),
    Fault::new(
        "times-with-space",
        "Times have a space for the T.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |time| json!(time.replace('T', " "))))],
    ),
    Fault::new(
        "times-without-offset",
        "Times have no offset from UTC.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |time| json!(time.trim_end_matches('Z'))))],
    ),
    Fault::new(
        "times-empty",
        "Times are empty.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |_| json!("")))],
    ),
    Fault::new(
        "times-as-in-http",
        "Times are written as HTTP writes them.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |_| json!("Wed, 16 May 2018 12:34:44 GMT")))],
    ),
    Fault::new(
        "times-with-twelve-digits",
        "Times have twelve fractional digits.",
        BOTH,
        "times-nine-digits",
        &[Answer(|answer, _| times(answer, |time| json!(time.replace('Z', "000Z"))))],
    ),
    Fault::new(
        "times-local",
        "Times are written in the server's zone, at +08:00.",
        BOTH,
        "times-utc",
        &[Offset(UtcOffset::EightHours)],
    ),
    Fault::new(
        "created-at-of-the-epoch",
        "The created_at of a new conversation is the beginning of 1970.",
        BOTH,
        "created-now",
        &[Answer(|answer, _| times(answer, |_| json!("1970-01-01T00:00:00Z")))],
    ),
    Fault::new(
        "created-at-zero",
        "The created_at of a new conversation is Go's zero time.",
        BOTH,
        "created-now",
        &[Answer(|answer, _| times(answer, |_| json!("0001-01-01T00:00:00Z")))],
    ),
    Fault::new(
        "created-at-local-as-utc",
        "Times are those of the server's zone, and called UTC.",
        BOTH,
        "created-now",
        &[Offset(UtcOffset::EightHours), Answer(|answer, _| times(answer, |time| json!(time.replace("+08:00", "Z"))))],
    )
    .also(&[and("not-muted", "mute_until is compared with that time")]),
    Fault::new(
        "participants-before-conversation",
        "Participants have the created_at of their user, not of their joining.",
        BOTH,
        "participants-after-conversation",
        &[With("/data/participants/*/created_at", r#""2017-11-30T08:00:00.000000000Z""#)],
    ),
    // The time until which the conversation is muted.
    Fault::new(
        "muted-to-the-end",
        "The mute_until of a new conversation is the last day that there is.",
        BOTH,
        "not-muted",
        &[With("/data/mute_until", r#""9999-12-31T23:59:59.999999999Z""#)],
    ),
    Fault::new(
        "muted-for-eight-hours",
        "The mute_until of a new conversation is that of the server's zone, and called UTC.",
        BOTH,
        "not-muted",
        &[Answer(|answer, _| {
            let now = crate::timestamp::UnixTime::now().at(UtcOffset::EightHours).to_string();
            set(answer, "mute_until", now.replace("+08:00", "Z"));
        })],
    ),
    Fault::new(
        "contact-muted",
        "A new CONTACT is muted for ten years.",
        BOTH,
        "not-muted",
        &[Answer(|answer, _| {
            if get(answer, "category") == "CONTACT" {
                set(answer, "mute_until", "2036-11-28T00:00:00Z");
            }
        })],
    ),
];

/// Changes all times of an answer.
fn times(answer: &mut Value, change: impl Fn(&str) -> Value) {
    for member in ["created_at", "mute_until"] {
        let changed = get(answer, member).as_str().map(&change);
        if let Some(changed) = changed {
            set(answer, member, changed);
        }
    }
    for participant in each(answer) {
        let changed = participant.get("created_at").and_then(Value::as_str).map(&change);
        if let Some(changed) = changed {
            participant.insert("created_at".to_owned(), changed);
        }
    }
}
