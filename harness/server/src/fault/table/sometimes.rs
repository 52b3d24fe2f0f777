//! Faults that show only sometimes.

use std::time::Duration;

use axum::http::StatusCode;

use crate::conversation::MemberRole;
use crate::fault::Fault;
use crate::fault::edit::{data, participants};
use crate::fault::hook::Hook::{Answer, Conversation as Stored, Delay, Response, With, Without};
use crate::fault::hook::{BOTH, FaultContext, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "twentieth-without-code-url",
        "Every twentieth answer has no code_url.",
        BOTH,
        "answer-code-url",
        &[Without("/data/code_url")],
    )
    .when(every_twentieth),
    Fault::new(
        "twentieth-in-upper-case",
        "Every twentieth answer has its conversation_id in upper case.",
        BOTH,
        "ids-lower-case",
        &[Answer(|answer, _| crate::fault::edit::text(answer, "conversation_id", str::to_uppercase))],
    )
    .when(every_twentieth),
    Fault::new(
        "twentieth-created",
        "Every twentieth success has the status 201.",
        OF_2026,
        "answer-status",
        &[Response(|answer, _| {
            if answer.status() == StatusCode::OK {
                *answer.status_mut() = StatusCode::CREATED
            }
        })],
    )
    .when(every_twentieth),
    Fault::new(
        "hundredth-participant-lost",
        "Participants beyond the first hundred are not listed.",
        OF_2026,
        "participants-listed",
        &[Answer(|answer, _| {
            if let Some(all) = data(answer).and_then(participants) {
                all.truncate(100);
            }
        })],
    )
    .when(large)
    .also(&[
        and("create-again-others", "a large group is created again"),
        and("create-again-same-participants", "a large group is created again"),
        and("read-by-creator", "it is read by its creator, too"),
        and("sessions-of-participants", "the participants of its groups are compared with the sessions"),
    ]),
    Fault::new(
        "page-of-participants-overlaps",
        "Beyond a hundred participants, the last of a page is the first of the next one, too.",
        OF_2026,
        "participants-once",
        &[Answer(|answer, _| {
            if let Some(all) = data(answer).and_then(participants) {
                all.extend(all.get(99).cloned());
            }
        })],
    )
    .when(large)
    .also(&[and("create-again-no-duplicates", "a large group is read")]),
    Fault::new(
        "large-group-without-owner",
        "Beyond a hundred participants, the creator is an ordinary member.",
        OF_2026,
        "group-owner",
        &[Stored(|made, _| {
            for member in made.members.iter_mut().filter(|member| member.role == MemberRole::Owner) {
                member.role = MemberRole::Ordinary;
            }
        })],
    )
    .when(large),
    Fault::new(
        "name-mangled",
        "A name that is not ASCII comes back as UTF-8 that was read as Latin-1.",
        OF_2026,
        "name-echoed",
        &[Answer(|answer, _| crate::fault::edit::text(answer, "name", |name| name.bytes().map(char::from).collect()))],
    )
    .when(|context| !context.text("/name").is_ascii())
    .also(&[
        and("again-by-member", "a member creates it again, too"),
        and("charset-without-effect", "it asks for the name"),
        and("read-by-creator", "it is read by its creator, too"),
        and("read-by-member", "it is read by a member, too"),
        and("remembered", "it is read once more at the end"),
    ]),
    Fault::new(
        "long-name-cut",
        "A name of more than 500 characters is cut.",
        OF_2026,
        "name-echoed",
        &[Answer(|answer, _| crate::fault::edit::text(answer, "name", |name| name.chars().take(500).collect()))],
    )
    .when(|context| context.text("/name").chars().count() > 500)
    .also(&[
        and("create-again-same-name", "it is created again, too"),
        and("read-by-creator", "it is read by its creator, too"),
        and("remembered", "it is read once more at the end"),
    ]),
    Fault::new(
        "creator-is-smaller",
        "The creator of a CONTACT is whoever of the two sorts first.",
        BOTH,
        "creator-is-caller",
        &[Stored(|made, context| made.creator = context.text("/participants/0/user_id").parse().unwrap_or_default())],
    )
    .when(peer_is_first),
    Fault::new(
        "contact-of-peer-first-is-old",
        "A CONTACT whose peer sorts first has the created_at of its peer.",
        BOTH,
        "created-now",
        &[With("/data/created_at", r#""2017-11-30T08:00:00.000000000Z""#)],
    )
    .when(peer_is_first)
    .also(&[
        and("contact-from-both-sides", "the other side sees another time"),
        and("not-muted", "mute_until is compared with that time"),
        and("read-by-creator", "it is read by its creator, too"),
        and("read-by-member", "it is read by a member, too"),
        and("remembered", "it is read once more at the end"),
    ]),
    Fault::new(
        "request-ids-mixed",
        "At once, answers get the X-Request-Id of whichever request came last.",
        OF_2026,
        "request-id-echoed",
        &[
            Delay(Duration::from_millis(2)),
            Response(|answer, context| {
                if let Some(id) = context.latest_request_id() {
                    answer.headers_mut().insert("x-request-id", id);
                }
            }),
        ],
    ),
];

fn every_twentieth(context: &FaultContext) -> bool {
    context.number.is_multiple_of(20)
}

fn large(context: &FaultContext) -> bool {
    context.participants() > 100
}

fn peer_is_first(context: &FaultContext) -> bool {
    context.text("/category") == "CONTACT"
        && context.text("/participants/0/user_id") < context.caller.to_string().as_str()
}
