//! Faults that derive the id of a GROUP wrongly: each near miss of the spec that a server can show.

use mixinspec_types::{group_conversation_id, unique_conversation_id};
use serde_json::Value;
use uuid::{Uuid, Version};

use super::contact_ids::{md5, stamped};
use crate::fault::edit::{refuse, wants_group};
use crate::fault::hook::Hook::{GroupId, Request};
use crate::fault::hook::{GroupParts, OF_2026, and};
use crate::fault::{Consequence, Fault};

/// The consequences for a server that accepts only the wrong ids.
const SIZE: Consequence = and("group-size", "the right id is refused, whatever the size");
const NEAR: Consequence = and("group-id-near-miss", "the id with this mistake is taken");
const ORDER: Consequence =
    and("group-participants-order", "the right id is refused, in whatever order they are listed");
const NAMED: Consequence = and("error-names-no-other", "the right id is named as wrong, whatever else is");

/// A server that derives the id of a GROUP with a mistake.
macro_rules! group {
    ($name:literal, $how:literal, $also:expr, $id:expr) => {
        Fault::new(
            $name,
            concat!("Derives the id of a GROUP ", $how, "."),
            OF_2026,
            "group-accepted",
            &[GroupId(|group| is_group(group, $id))],
        )
        .also($also)
    };
}

/// A server that also accepts ids of a GROUP that are derived with a mistake.
macro_rules! too {
    ($name:literal, $how:literal, $id:expr) => {
        Fault::new(
            $name,
            concat!("Also takes an id of a GROUP that was derived ", $how, "."),
            OF_2026,
            "group-id-near-miss",
            &[GroupId(|group| is_group(group, right) || is_group(group, $id))],
        )
    };
}

pub(super) const FAULTS: &[Fault] = &[
    // Near misses instead of the right id.
    Fault::new(
        "group-id-admins-first",
        "Derives the id of a GROUP from its ADMINs first, and then from everybody else.",
        OF_2026,
        "group-id-without-roles",
        &[Request(|request, context| {
            let role = |at: usize| context.text(&format!("/participants/{at}/role")) == "ADMIN";
            let mut all: Vec<usize> = (0..context.participants()).collect();
            if !wants_group(request) || context.text("/random_id").is_empty() || !all.iter().any(|at| role(*at)) {
                return Ok(());
            }
            all.sort_by_key(|at| (!role(*at), context.participant(*at)));
            let caller = context.caller.to_string();
            let mut items = vec![caller.as_str(), context.text("/name"), context.text("/random_id")];
            items.extend(all.iter().map(|at| context.participant(*at)));
            let fits = fold(&items).to_string() == context.text("/conversation_id");
            refuse(!fits, "conversation_id", "does not follow from the others")
        })],
    ),
    Fault::new(
        "group-id-unsorted-participants",
        "Derives the id of a GROUP from the participants as they are listed.",
        OF_2026,
        "group-participants-order",
        &[GroupId(|group| {
            is_group(group, |group| fold(&[&[group.caller, group.name, group.random], group.participants].concat()))
        })],
    )
    .also(&[and("group-size", "many participants are seldom listed in order"), NEAR, NAMED]),
    group!(
        "group-id-reversed-participants",
        "from the participants in descending order",
        &[SIZE, NEAR, ORDER, NAMED],
        |group| {
            let mut all = group.participants.to_vec();
            all.sort_unstable_by(|a, b| b.cmp(a));
            fold(&[&[group.caller, group.name, group.random], all.as_slice()].concat())
        }
    ),
    group!("group-id-owner-added", "from its owner, too, as a participant", &[SIZE, NEAR, ORDER, NAMED], |group| {
        sorted(&[group.caller, group.name, group.random], &[group.participants, &[group.caller]].concat())
    }),
    group!("group-id-no-participants", "without its participants", &[SIZE, NEAR, ORDER, NAMED], |group| fold(&[
        group.caller,
        group.name,
        group.random
    ])),
    group!("group-id-no-random", "without its random_id", &[SIZE, NEAR, ORDER, NAMED], |group| sorted(
        &[group.caller, group.name],
        group.participants
    )),
    group!("group-id-no-name", "without its name", &[SIZE, NEAR, ORDER, NAMED], |group| sorted(
        &[group.caller, group.random],
        group.participants
    )),
    group!("group-id-random-first", "with random_id before the name", &[SIZE, NEAR, ORDER, NAMED], |group| {
        sorted(&[group.caller, group.random, group.name], group.participants)
    }),
    group!("group-id-random-last", "with random_id after the participants", &[SIZE, NEAR, ORDER, NAMED], |group| {
        let mut all = group.participants.to_vec();
        all.sort_unstable();
        fold(&[&[group.caller, group.name], all.as_slice(), &[group.random]].concat())
    }),
    group!("group-id-lower-name", "from its name in lower case", &[SIZE, NEAR, ORDER, NAMED], |group| {
        sorted(&[group.caller, &group.name.to_lowercase(), group.random], group.participants)
    }),
    group!("group-id-version-4", "with version 4", &[SIZE, NEAR, ORDER, NAMED], |group| {
        let id = group_conversation_id(group.caller, group.name, group.participants, group.random).unwrap_or_default();
        stamped(*id.as_bytes(), Version::Random)
    }),
    Fault::new(
        "group-id-latin1-name",
        "Derives the id of a GROUP from its name in Latin-1, where that can write it.",
        OF_2026,
        "name-any-language",
        &[GroupId(|group| is_group(group, latin1_name))],
    )
    .also(&[and("name-length", "512 é are refused, for they are other bytes"), SIZE]),
    Fault::new(
        "group-id-ordered-by-eight-digits",
        "Orders the participants of a GROUP by their first eight digits alone.",
        OF_2026,
        "group-participants-order",
        &[GroupId(|group| is_group(group, |group| ordered_by(group, |id| id.get(..8).map(str::to_owned))))],
    ),
    Fault::new(
        "group-id-ordered-as-doubles",
        "Orders the participants of a GROUP as floating-point numbers.",
        OF_2026,
        "group-participants-order",
        &[GroupId(|group| {
            is_group(group, |group| ordered_by(group, |id| Some(id.parse::<Uuid>().ok()?.as_u128() as f64)))
        })],
    ),
    Fault::new(
        "group-id-ordered-as-in-java",
        "Orders the participants of a GROUP of eight as signed numbers, as Java's UUID does.",
        OF_2026,
        "group-size",
        &[GroupId(|group| {
            is_group(group, |group| match group.participants.len() {
                8 => ordered_by(group, |id| Some(id.parse::<Uuid>().ok()?.as_u128().cast_signed())),
                _ => right(group),
            })
        })],
    ),
    group!("group-id-random-upper", "with its random_id in upper case", &[SIZE, NEAR, ORDER, NAMED], |group| {
        sorted(&[group.caller, group.name, &group.random.to_uppercase()], group.participants)
    }),
    // Near misses besides the right id.
    too!("group-id-unsorted-participants-too", "from the participants as they are listed", |group| fold(
        &[&[group.caller, group.name, group.random], group.participants].concat()
    )),
    too!("group-id-reversed-participants-too", "from the participants in descending order", |group| {
        let mut all = group.participants.to_vec();
        all.sort_unstable_by(|a, b| b.cmp(a));
        fold(&[&[group.caller, group.name, group.random], all.as_slice()].concat())
    }),
    too!("group-id-owner-added-too", "from its owner, too, as a participant", |group| sorted(
        &[group.caller, group.name, group.random],
        &[group.participants, &[group.caller]].concat()
    )),
    too!("group-id-no-participants-too", "without its participants", |group| fold(&[
        group.caller,
        group.name,
        group.random
    ])),
    too!("group-id-no-random-too", "without its random_id", |group| sorted(
        &[group.caller, group.name],
        group.participants
    )),
    too!("group-id-no-name-too", "without its name", |group| sorted(&[group.caller, group.random], group.participants)),
    too!("group-id-lower-name-too", "from its name in lower case", |group| sorted(
        &[group.caller, &group.name.to_lowercase(), group.random],
        group.participants
    )),
    too!("group-id-random-last-too", "with random_id after the participants", |group| {
        let mut all = group.participants.to_vec();
        all.sort_unstable();
        fold(&[&[group.caller, group.name], all.as_slice(), &[group.random]].concat())
    }),
    too!("group-id-random-upper-too", "with its random_id in upper case", |group| sorted(
        &[group.caller, group.name, &group.random.to_uppercase()],
        group.participants
    )),
    Fault::new(
        "group-id-without-name-any",
        "A GROUP without a name may have any id.",
        OF_2026,
        "group-id-without-name",
        &[GroupId(|group| group.name.is_empty() || is_group(group, right))],
    ),
    Fault::new(
        "random-id-used-by-a-refused-id",
        "A random_id counts as used when a GROUP is refused for its id, which is of version 4.",
        OF_2026,
        "refused-uses-nothing-up",
        &[Request(|request, context| {
            let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
            if !wants_group(request) || text("random_id").is_empty() {
                return Ok(());
            }
            let used = context.is_marked(text("random_id"));
            if text("conversation_id").parse::<Uuid>().is_ok_and(|id| id.get_version_num() == 4) {
                context.mark(text("random_id"));
            }
            refuse(used, "random_id", "This random_id was used before.")
        })],
    )
    .also(&[and("error-names-no-other", "where it was used, the random_id is named, whatever is wrong")]),
    Fault::new(
        "group-id-random-as-given",
        "Derives the id of a GROUP from its random_id as it is given, in upper case too.",
        OF_2026,
        "group-id-near-miss",
        &[Request(|request, context| {
            let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
            let random = text("random_id").to_owned();
            let participants: Vec<&str> = (0..context.participants()).map(|at| context.participant(at)).collect();
            let id = sorted(&[&context.caller.to_string(), text("name"), &random], &participants).to_string();
            // Without a random_id a GROUP may have any id.
            if random.to_lowercase() != random && text("conversation_id") == id {
                request.remove("random_id");
            }
            Ok(())
        })],
    ),
];

fn is_group(group: GroupParts<'_>, id: fn(GroupParts<'_>) -> Uuid) -> bool {
    id(group) == group.id
}

fn latin1_name(group: GroupParts<'_>) -> Uuid {
    let latin1: Result<Vec<u8>, _> = group.name.chars().map(u8::try_from).collect();
    let name = latin1.unwrap_or_else(|_| group.name.as_bytes().to_vec());
    let (caller, name) = (group.caller.as_bytes(), name.as_slice());
    let first = if caller <= name { md5(&[caller, name]) } else { md5(&[name, caller]) };
    sorted(&[&first.to_string(), group.random], group.participants)
}

/// Folds texts in the given order.
fn fold(items: &[&str]) -> Uuid {
    let mut items = items.iter();
    let first = items.next().copied().unwrap_or_default().to_owned();
    let id = items.fold(first, |id, item| unique_conversation_id(&id, item).to_string());
    Uuid::try_parse(&id).unwrap_or_default()
}

/// Folds the start, and then the participants in ascending order.
fn sorted(start: &[&str], participants: &[&str]) -> Uuid {
    let mut participants = participants.to_vec();
    participants.sort_unstable();
    fold(&[start, participants.as_slice()].concat())
}

/// The right id; the nil UUID if the random_id is not a UUID.
fn right(group: GroupParts<'_>) -> Uuid {
    group_conversation_id(group.caller, group.name, group.participants, group.random).unwrap_or_default()
}

/// Folds the participants, ordered by another key; those with equal keys stay in the order of the list.
fn ordered_by<T: PartialOrd>(group: GroupParts<'_>, by: impl Fn(&str) -> Option<T>) -> Uuid {
    let mut all = group.participants.to_vec();
    all.sort_by(|a, b| by(a).partial_cmp(&by(b)).unwrap_or(std::cmp::Ordering::Equal));
    fold(&[&[group.caller, group.name, group.random], all.as_slice()].concat())
}
