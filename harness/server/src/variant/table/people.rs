//! Variants in what answers say about people: sessions, circles, names, and members that no document names.

use super::{BOTH, ONLY_2026};
use crate::variant::Variant;
use crate::variant::VariantSource::{Requirement, Sentence};
use crate::variant::people::{Circles, SessionCount};

/// The source that allows further members.
const FURTHER: crate::variant::VariantSource = Sentence("practice", "A server ignores members that it does not know.");

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new(
        "participants-described",
        "participants have members that no document names, some of which differ with each answer",
        BOTH,
        FURTHER,
        |v| v.answers.content.people.participants_described = true,
    ),
    Variant::new(
        "sessions-described",
        "sessions have members that no document names, some of which differ with each answer",
        ONLY_2026,
        FURTHER,
        |v| v.answers.content.people.sessions_described = true,
    ),
    Variant::new(
        "circles-described",
        "there are circles, with members that no document names",
        ONLY_2026,
        FURTHER,
        |v| {
            v.answers.content.people.circles = Circles::All;
            v.answers.content.people.circles_described = true;
        },
    ),
    Variant::new(
        "in-a-circle",
        "the conversation is in a circle of the caller's",
        ONLY_2026,
        Requirement("answer-circles"),
        |v| v.answers.content.people.circles = Circles::All,
    ),
    Variant::new(
        "in-a-circle-at-times",
        "some conversations are in a circle of the caller's, and others in none",
        ONLY_2026,
        Requirement("answer-circles"),
        |v| v.answers.content.people.circles = Circles::Some,
    ),
    Variant::new(
        "without-sessions",
        "participant_sessions is an empty array",
        ONLY_2026,
        Requirement("session-members"),
        |v| v.answers.content.people.sessions = SessionCount::None,
    ),
    Variant::new("two-sessions", "every user has two sessions", ONLY_2026, Requirement("session-ids"), |v| {
        v.answers.content.people.sessions = SessionCount::Two
    }),
    Variant::new(
        "sessions-come-and-go",
        "users have none to three sessions, and other ones with each answer",
        ONLY_2026,
        Requirement("session-ids"),
        |v| v.answers.content.people.sessions = SessionCount::AnyNumber,
    ),
    Variant::new(
        "contact-named-after-the-peer",
        "the name of a CONTACT is that of the other user, another one for each of the two",
        ONLY_2026,
        Requirement("answer-name"),
        |v| v.answers.content.people.contact_named_after_the_peer = true,
    ),
];
