//! Faults that show only at certain sizes of GROUPs or messages: a refusal, or lost data.

use serde_json::Value;

use crate::fault::Fault;
use crate::fault::edit::{data, members, participants, wants_group};
use crate::fault::hook::Hook::{Answer, Body, Conversation as Stored, Request, Response};
use crate::fault::hook::{BOTH, FaultContext, OF_2018, OF_2026, and};
use crate::refusal::Refusal;

pub(super) const FAULTS: &[Fault] = &[
    // Refused.
    Fault::new(
        "group-of-hundred",
        "A GROUP has a hundred people at most.",
        OF_2026,
        "group-size",
        &[Request(|request, _| {
            let many = participants(request).is_some_and(|all| all.len() > 99 && all.len() < 257);
            if many { Err(Refusal::GroupFull) } else { Ok(()) }
        })],
    )
    .also(&[
        and("error-code-fits", "whatever else is wrong with a large GROUP, it is refused for its size"),
        and("announcement-accepted", "one of its groups is as large"),
        and("group-accepted", "one of its requests is as large"),
    ]),
    Fault::new(
        "groups-of-eight-to-254-refused",
        "A GROUP is small, or as large as can be: one of 8 to 254 participants is refused.",
        OF_2026,
        "group-size",
        &[Request(|request, _| full(request, |count| (8..255).contains(&count)))],
    )
    .also(&[and("error-code-fits", "whatever else is wrong with such a GROUP, it is refused for its size")]),
    Fault::new(
        "groups-of-128-refused",
        "A GROUP of 128 participants is refused, as a number that a signed byte does not hold.",
        OF_2026,
        "group-size",
        &[Request(|request, _| full(request, |count| count == 128))],
    ),
    Fault::new(
        "groups-of-seven-refused",
        "A GROUP of seven participants is refused.",
        OF_2026,
        "group-size",
        &[Request(|request, _| full(request, |count| count == 7))],
    ),
    Fault::new(
        "groups-of-five-refused",
        "A GROUP has four participants beside the caller at the most.",
        OF_2018,
        "group-any-size",
        &[Request(|request, _| full(request, |count| count > 4))],
    )
    .also(&[
        and("group-any-id", "some of the GROUPs have more"),
        and("error-code-fits", "a refusal for nothing has no code that fits"),
    ]),
    Fault::new(
        "large-groups-malformed",
        "A GROUP of more than a hundred participants is answered with a page of its own.",
        OF_2018,
        "answer-envelope",
        &[Response(|answer, context| {
            if context.participants() > 100 && answer.status() == axum::http::StatusCode::OK {
                *answer.body_mut() = r#"{"job":"accepted"}"#.into();
            }
        })],
    ),
    Fault::new(
        "bodies-of-4-to-8-kib-refused",
        "A body of more than 4 KiB, and no more than 8, is refused.",
        OF_2026,
        "group-size",
        &[Body(|body| {
            if body.len() <= 8 << 10 {
                too_long(body, 4 << 10);
            }
        })],
    )
    .also(&[and("error-code-fits", "whatever else is wrong in such a body, it is refused for its length")]),
    Fault::new(
        "bodies-over-16-kib-refused",
        "A body of more than 16 KiB is refused.",
        OF_2026,
        "group-accepted",
        &[Body(|body| too_long(body, 16 << 10))],
    )
    .also(&[
        and("error-code-fits", "whatever else is wrong with a long body, it is refused for its length"),
        and("announcement-accepted", "one of its groups is as large"),
    ]),
    Fault::new(
        "bodies-over-20-kib-refused",
        "A body of more than 20 KiB is refused.",
        OF_2026,
        "group-accepted",
        &[Body(|body| too_long(body, 20 << 10))],
    )
    .also(&[
        and("error-code-fits", "whatever else is wrong with a long body, it is refused for its length"),
        and("announcement-accepted", "one of its groups is as large"),
    ]),
    // Lost.
    Fault::new(
        "participant-lost-from-7-to-254",
        "The last participant of a GROUP of 7 to 254 is not stored.",
        BOTH,
        "participants-listed",
        &[Stored(|made, _| {
            if (8..256).contains(&made.members.len()) {
                members(made, |all| all.truncate(all.len() - 1));
            }
        })],
    )
    .also(&[
        and("read-large-group", "its last member is the one that is lost, and cannot read"),
        and("read-largest-group-by-last", "its last member is the one that is lost, and cannot read"),
    ]),
    Fault::new(
        "participant-lost-of-ten",
        "The last of ten participants is not listed.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, context| {
            if created(context) == 10 {
                lose_one(answer);
            }
        })],
    )
    .also(&[
        and("again-by-member", "a member creates it again, too"),
        and("create-again-others", "it is created again with others, too"),
        and("create-again-same-participants", "it is created again, too"),
        and("read-by-creator", "it is read by its creator, too"),
        and("sessions-of-participants", "the participants of its groups are compared with the sessions"),
    ]),
    Fault::new(
        "participant-lost-of-50",
        "The last of fifty participants is not listed, as of a page of fifty rows.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, context| {
            if created(context) == 50 {
                lose_one(answer);
            }
        })],
    )
    .also(&[and("sessions-of-participants", "the participants of its groups are compared with the sessions")]),
    Fault::new(
        "participant-lost-of-128",
        "The last of 128 participants is not listed.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, context| {
            if created(context) == 128 {
                lose_one(answer);
            }
        })],
    )
    .also(&[and("sessions-of-participants", "the participants of its groups are compared with the sessions")]),
    Fault::new(
        "participant-lost-of-201",
        "The last of 201 participants is not listed.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, context| {
            if created(context) == 201 {
                lose_one(answer);
            }
        })],
    )
    .also(&[and("sessions-of-participants", "the participants of its groups are compared with the sessions")]),
    Fault::new(
        "participants-beyond-the-tenth-lost",
        "Participants beyond the tenth are not stored.",
        BOTH,
        "participants-listed",
        &[crate::fault::Hook::Conversation(|made, _| crate::fault::edit::members(made, |all| all.truncate(11)))],
    )
    .also(&[
        and("read-large-group", "its group is as large"),
        and("read-largest-group-by-last", "its group is as large"),
    ]),
    Fault::new(
        "two-hundred-members-read",
        "Of a GROUP that is read, 200 members are listed at the most.",
        OF_2026,
        "read-largest-group",
        &[Answer(|answer, context| {
            if context.reads()
                && let Some(all) = data(answer).and_then(participants)
            {
                all.truncate(200);
            }
        })],
    )
    .also(&[
        and("read-by-creator", "it is the creator who reads"),
        and("read-by-member", "the last member reads it, too"),
        and("sessions-of-participants", "the sessions of those who are not listed stay"),
    ]),
];

/// The number of participants, if the request is for a GROUP; else 0.
fn created(context: &FaultContext) -> usize {
    if context.text("/category") == "GROUP" { context.participants() } else { 0 }
}

fn lose_one(answer: &mut Value) {
    if let Some(all) = data(answer).and_then(participants) {
        all.pop();
    }
}

/// Refuses a GROUP of some sizes.
fn full(request: &mut serde_json::Map<String, Value>, is_full: impl Fn(usize) -> bool) -> Result<(), Refusal> {
    let count = participants(request).map_or(0, |all| all.len());
    if wants_group(request) && is_full(count) { Err(Refusal::GroupFull) } else { Ok(()) }
}

fn too_long(body: &mut Vec<u8>, longest: usize) {
    if body.len() > longest {
        body.clear();
    }
}
