//! Faults that show when another user than the creator creates a conversation again.

use std::sync::Arc;

use crate::conversation::{Member, MemberRole, StoredConversation};
use crate::fault::Fault;
use crate::fault::edit::{data, get, is_group, is_of_member, kept_for_member, members, participants, shown, there};
use crate::fault::hook::Hook::{Again, Answer, Conversation as Stored, Left};
use crate::fault::hook::{BOTH, OF_2026, Recreated, and};
use crate::refusal::Refusal;
use crate::timestamp::UnixTime;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "again-takes-over",
        "A member who creates a GROUP again becomes its owner.",
        BOTH,
        "create-again-no-takeover",
        &[Again(|again| {
            kept_for_member(again, |one| {
                one.creator = again.asked.creator;
                for member in &mut one.members {
                    member.role = if member.user == one.creator { MemberRole::Owner } else { MemberRole::Ordinary };
                }
            })
        })],
    )
    .also(&[
        and("again-by-member", "the creator is another one"),
        and("create-again-no-promotion", "the roles are others"),
        and("create-again-no-demotion", "whoever was ADMIN is an ordinary member"),
        and("remembered", "whoever creates it again later takes it over once more"),
    ]),
    Fault::new(
        "again-two-owners",
        "A member who creates a GROUP again becomes an owner beside the first.",
        BOTH,
        "create-again-no-takeover",
        &[Again(|again| {
            kept_for_member(again, |one| {
                for member in one.members.iter_mut().filter(|member| member.user == again.asked.creator) {
                    member.role = MemberRole::Owner;
                }
            })
        })],
    )
    .also(&[
        and("group-sole-owner", "there are two of them"),
        and("again-by-member", "the role of the member is another one"),
        and("create-again-no-promotion", "the role of the member is another one"),
        and("create-again-no-demotion", "a member who was ADMIN is an owner"),
    ]),
    Fault::new(
        "member-adds-others",
        "A member who creates a GROUP again with others brings them in.",
        BOTH,
        "again-by-member",
        &[Again(|again| {
            kept_for_member(again, |one| {
                let now = UnixTime::now();
                let new = again.asked.members.iter().filter(|member| !one.has_member(member.user));
                let new: Vec<Member> =
                    new.map(|member| Member { joined: now, role: MemberRole::Ordinary, ..*member }).collect();
                members(one, |all| all.extend(new));
            })
        })],
    )
    .also(&[and("again-by-admin", "an ADMIN creates it again, too")]),
    Fault::new(
        "member-throws-out",
        "A member who creates a GROUP again throws out whom they do not name.",
        BOTH,
        "again-by-member",
        &[Again(|again| {
            kept_for_member(again, |one| {
                let asked = &again.asked;
                let stays = |member: &Member| {
                    member.role == MemberRole::Owner
                        || asked.has_member(member.user)
                        || again.context.has_called(member.user)
                };
                members(one, |all| all.retain(stays));
            })
        })],
    )
    .also(&[and("again-by-admin", "an ADMIN creates it again, too")]),
    Fault::new(
        "member-renames",
        "A member who creates a GROUP again with another name renames it.",
        OF_2026,
        "again-by-member",
        &[Again(|again| kept_for_member(again, |one| one.name = again.asked.name.clone()))],
    )
    .also(&[
        and("create-again-same-name", "who created it finds another name"),
        and("again-by-admin", "an ADMIN creates it again, too"),
    ]),
    Fault::new(
        "member-renews-code",
        "A member who creates a GROUP again gives it another code.",
        BOTH,
        "again-by-member",
        &[Again(|again| kept_for_member(again, |one| one.code = Some(uuid::Uuid::new_v4())))],
    )
    .also(&[
        and("create-again-same-code", "who created it finds another code"),
        and("remembered", "it is a new code later, too"),
    ]),
    Fault::new(
        "member-shown-no-name",
        "A member who creates a GROUP again is shown it without a name.",
        OF_2026,
        "again-by-member",
        &[Again(|again| if is_of_member(again) { shown(again, |one| one.name = "".into()) } else { there(again) })],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "member-shown-another-time",
        "A member who creates a GROUP again is shown the time at which they were asked for as that of its creation.",
        BOTH,
        "again-by-member",
        &[Again(
            |again| {
                if is_of_member(again) { shown(again, |one| one.created_at = UnixTime::now()) } else { there(again) }
            },
        )],
    )
    .also(SHOWN_OTHERWISE),
    // The other side of a CONTACT.
    Fault::new(
        "contact-of-each-side",
        "A CONTACT is kept for each side, with a creator of its own.",
        BOTH,
        "contact-from-both-sides",
        &[Again(|again| other_side(again, |one| one.creator = again.asked.creator))],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "contact-refused-to-other-side",
        "Only who created a CONTACT can create it again.",
        BOTH,
        "contact-from-both-sides",
        &[Again(|again| {
            if !is_group(again.there) && again.there.creator != again.asked.creator {
                Err(Refusal::Forbidden)
            } else {
                there(again)
            }
        })],
    ),
    Fault::new(
        "peer-shown-one-participant",
        "The other side of a CONTACT that is created again is shown the creator alone.",
        BOTH,
        "contact-from-both-sides",
        &[Answer(|answer, context| {
            let caller = context.caller.to_string();
            if !context.reads()
                && get(answer, "category") == "CONTACT"
                && get(answer, "creator_id") != caller.as_str()
                && let Some(all) = data(answer).and_then(participants)
            {
                all.truncate(1);
            }
        })],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "peer-shown-another-time",
        "The other side of a CONTACT is shown the time at which they created it too.",
        BOTH,
        "contact-from-both-sides",
        &[Again(|again| other_side(again, |one| one.created_at = UnixTime::now()))],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "refused-outsider-demotes",
        "When somebody who is not in a GROUP is refused it, its ADMINs lose their role.",
        BOTH,
        "outsider-changes-nothing",
        &[Left(|left| {
            let Ok(id) = left.context.text("/conversation_id").parse() else { return };
            let caller = left.context.caller;
            // A conversation that does not exist is not created.
            let _ = left.store.change(id, |there| {
                let mut one = there.clone();
                if !one.has_member(caller) {
                    one.members
                        .iter_mut()
                        .filter(|one| one.role == MemberRole::Admin)
                        .for_each(|one| one.role = MemberRole::Ordinary);
                }
                Ok::<_, Refusal>(one)
            });
        })],
    )
    .also(&[
        and("create-again-no-promotion", "who was an ADMIN is none when it is created again"),
        and("read-by-creator", "who was an ADMIN is none when it is read"),
    ]),
    Fault::new(
        "announcement-of-the-refused",
        "When a GROUP with an announcement was refused, those without a name and an announcement get one.",
        BOTH,
        "announcement-empty",
        &[
            Left(|left| {
                if !left.context.text("/announcement").is_empty() {
                    left.context.mark("announced");
                }
            }),
            Stored(|made, context| {
                let is_bare = made.name.is_empty() && made.announcement.is_empty();
                if is_group(made) && is_bare && context.is_marked("announced") {
                    made.announcement = "Another's".into();
                }
            }),
        ],
    )
    .also(&[and("transfer-ignored", "its group may be the one that comes next")]),
];

/// The consequences of a wrong answer for the answers that are compared with it.
const SHOWN_OTHERWISE: &[crate::fault::Consequence] = &[
    and("read-by-creator", "what is read is compared with what somebody was shown before"),
    and("read-by-member", "what is read is compared with what somebody was shown before"),
    and("remembered", "what is there later is compared with what somebody was shown before"),
    and("create-again-same-time", "the two callers have one CONTACT, and either is the other side at times"),
    and("sessions-of-participants", "the participants of a CONTACT are compared with the sessions"),
];

/// Changes the answer to the other side of a CONTACT.
fn other_side(
    again: &Recreated<'_>,
    change: impl FnOnce(&mut StoredConversation),
) -> Result<Arc<StoredConversation>, Refusal> {
    if is_group(again.there) || again.there.creator == again.asked.creator {
        there(again)
    } else {
        shown(again, change)
    }
}
