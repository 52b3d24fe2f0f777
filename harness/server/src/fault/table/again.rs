//! Faults when a creator creates an existing conversation again. Changes are stored, so that later answers about the
//! conversation agree.

use std::time::Duration;

use axum::http::StatusCode;
use uuid::Uuid;

use crate::conversation::{Member, MemberRole, StoredConversation};
use crate::fault::Fault;
use crate::fault::edit::{is_group, kept, kept_for_creator, members, shown, there};
use crate::fault::hook::Hook::{Again, Delay, Found, Overlook, Response};
use crate::fault::hook::{BOTH, OF_2026, Recreated, and};
use crate::refusal::Refusal;
use crate::timestamp::UnixTime;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "again-refused",
        "A GROUP that is there cannot be created again.",
        BOTH,
        "create-again",
        &[Again(|again| {
            if is_group(again.there) { Err(Refusal::field("conversation_id", "is taken")) } else { there(again) }
        })],
    ),
    Fault::new(
        "again-conflict",
        "A GROUP that is there is answered with a database's message of a key that is taken.",
        BOTH,
        "create-again",
        &[Again(|again| {
            if is_group(again.there) {
                Err(Refusal::field("conversation_id", "UNIQUE constraint failed: conversations.id"))
            } else {
                there(again)
            }
        })],
    )
    .also(&[and("refusal-without-sql", "the refusal is the database's own")]),
    Fault::new(
        "large-group-again-full",
        "A GROUP of more than 128 that is created again is full: who is listed is counted beside who is in it.",
        OF_2026,
        "create-again",
        &[Again(|again| {
            if again.there.members.len() > 128 {
                Err(Refusal::field("participants", "has too many elements"))
            } else {
                there(again)
            }
        })],
    ),
    Fault::new(
        "contact-again-refused",
        "A CONTACT that is there cannot be created again.",
        BOTH,
        "create-contact-again",
        &[Again(|again| {
            if is_group(again.there) { there(again) } else { Err(Refusal::field("conversation_id", "is taken")) }
        })],
    )
    .also(&[and("contact-from-both-sides", "the other side creates it again")]),
    Fault::new(
        "again-new-code",
        "Creating a GROUP again gives it a new code.",
        BOTH,
        "create-again-same-code",
        &[Again(|again| kept_for_creator(again, |one| one.code = Some(Uuid::new_v4())))],
    )
    .also(&[
        and("create-at-once", "of creations at once all but the first are creations again"),
        and("remembered", "the code is a new one later, too"),
    ]),
    Fault::new(
        "again-new-time",
        "Creating again gives the conversation the time of now.",
        BOTH,
        "create-again-same-time",
        &[Again(|again| kept_for_creator(again, |one| one.created_at = UnixTime::now()))],
    )
    .also(&[and("remembered", "the time is a new one later, too")]),
    Fault::new(
        "contact-again-new-time",
        "Creating a CONTACT again gives it the time of now.",
        BOTH,
        "create-again-same-time",
        &[Again(|again| {
            if is_group(again.there) || again.there.creator != again.asked.creator {
                return there(again);
            }
            kept(again, |one| one.created_at = UnixTime::now())
        })],
    )
    .also(&[
        and("contact-from-both-sides", "the two callers have one CONTACT, which each of them creates again at any time"),
        and("read-by-creator", "the two callers have one CONTACT, which each of them creates again at any time"),
        and("read-by-member", "the two callers have one CONTACT, which each of them creates again at any time"),
        and("remembered", "the time is a new one later, too"),
    ]),
    Fault::new(
        "again-admin-renames",
        "An ADMIN who creates a GROUP again gives it another name.",
        OF_2026,
        "again-by-admin",
        &[Again(|again| {
            if is_asked_by_an_admin(again) {
                return kept(again, |one| one.name = again.asked.name.clone());
            }
            there(again)
        })],
    )
    .also(&[
        and("again-by-member", "a member creates it again, too"),
        and("create-again-same-name", "it is created again, too"),
    ]),
    Fault::new(
        "again-admin-announces",
        "An ADMIN who creates a GROUP again gives it another announcement.",
        OF_2026,
        "again-by-admin",
        &[Again(|again| {
            if is_asked_by_an_admin(again) {
                return kept(again, |one| one.announcement = again.asked.announcement.clone());
            }
            there(again)
        })],
    )
    .also(&[
        and("again-by-member", "an ADMIN is a member"),
        and("create-again-same-name", "it is created again, too"),
    ]),
    Fault::new(
        "again-admin-removes",
        "An ADMIN who creates a GROUP again takes everybody out who is not listed, but for its owner.",
        OF_2026,
        "again-by-admin",
        &[Again(|again| {
            if is_asked_by_an_admin(again) {
                let listed = |user: Uuid| again.asked.members.iter().any(|member| member.user == user);
                return kept(again, |one| {
                    members(one, |all| all.retain(|member| member.role == MemberRole::Owner || listed(member.user)));
                });
            }
            there(again)
        })],
    )
    .also(&[and("again-by-member", "an ADMIN is a member")]),
    Fault::new(
        "again-joins-anew",
        "Creating a GROUP again renews the time at which each participant joined.",
        BOTH,
        "create-again-same-joining",
        &[Again(|again| {
            kept_for_creator(again, |one| {
                let now = UnixTime::now();
                one.members.iter_mut().for_each(|member| member.joined = now);
            })
        })],
    ),
    Fault::new(
        "again-without-creator",
        "Creating a GROUP again leaves the nil UUID for its creator.",
        BOTH,
        "create-again-same-creator",
        &[Again(|again| {
            let owner = again.there.members.iter().find(|member| member.role == MemberRole::Owner);
            if is_group(again.there) && owner.is_some_and(|owner| owner.user == again.asked.creator) {
                return kept(again, |one| one.creator = Uuid::nil());
            }
            there(again)
        })],
    )
    .also(&[
        and("create-at-once", "of creations at once all but the first are creations again"),
        and("group-owner", "the owner is not who is called the creator"),
        and("create-again-no-takeover", "a member is shown another creator, too"),
    ]),
    Fault::new(
        "again-adds-a-bot",
        "Creating a GROUP of more than six again adds a bot of the server to it.",
        BOTH,
        "create-again-same-participants",
        &[Again(|again| {
            kept_for_creator(again, |one| {
                let user = Uuid::from_u128(0x67a8_7828_18f5_46a1_b6cc_c72a_97a7_7c43);
                if one.members.len() > 6 && !one.has_member(user) {
                    let bot = Member { user, role: MemberRole::Ordinary, joined: UnixTime::now() };
                    members(one, |all| all.push(bot));
                }
            })
        })],
    )
    .also(&[
        and("create-again-others", "nobody has asked for the bot"),
    ]),
    Fault::new(
        "again-renames",
        "Creating a GROUP again with another name renames it.",
        OF_2026,
        "create-again-same-name",
        &[Again(|again| kept_for_creator(again, |one| one.name = again.asked.name.clone()))],
    ),
    Fault::new(
        "again-untitled",
        "Creating a GROUP again names it after its id.",
        BOTH,
        "create-again-same-name",
        &[Again(|again| kept_for_creator(again, |one| one.name = one.id.to_string().into()))],
    )
    .also(&[
        and("groups-own-name", "the first GROUP has another name when it is created again"),
        and("again-by-admin", "an ADMIN creates it again, too"),
    ]),
    Fault::new(
        "again-as-contact",
        "A GROUP that its creator creates again as a CONTACT becomes one.",
        BOTH,
        "create-again-same-category",
        &[
            Overlook(|refusal, context| {
                let is_the_creators = |one: &StoredConversation| {
                    one.creator == context.caller && one.id.to_string() == context.text("/conversation_id")
                };
                matches!(refusal, Refusal::Field { .. })
                    && context.text("/category") == "CONTACT"
                    && context.recent().iter().any(|one| is_the_creators(one))
            }),
            Again(|again| {
                // A CONTACT has no code; a conversation with one was a GROUP.
                if again.there.code.is_some() && again.there.creator == again.asked.creator {
                    return kept(again, |one| one.category = again.asked.category);
                }
                there(again)
            }),
        ],
    ),
    Fault::new(
        "again-duplicates-named-twice",
        "Creating a GROUP again lists a participant as often as its creator names them.",
        BOTH,
        "create-again-no-duplicates",
        &[Again(|again| {
            let context = again.context;
            if again.there.creator != again.asked.creator || context.participants() > 32 {
                return there(again);
            }
            let named: Vec<Uuid> =
                (0..context.participants()).filter_map(|at| context.participant(at).parse().ok()).collect();
            shown(again, |one| {
                let twice = |member: &&Member| named.iter().filter(|id| **id == member.user).count() > 1;
                let again: Vec<Member> = one.members.iter().filter(twice).copied().collect();
                members(one, |all| all.extend(again));
            })
        })],
    ),
    // Roles.
    Fault::new(
        "again-promotes",
        "Creating a GROUP again with the role ADMIN for a participant gives it to them.",
        BOTH,
        "create-again-no-promotion",
        &[Again(|again| {
            kept_for_creator(again, |one| {
                for member in one.members.iter_mut().filter(|member| member.role == MemberRole::Ordinary) {
                    let is_listed = |asked: &Member| asked.user == member.user && asked.role == MemberRole::Admin;
                    if again.asked.members.iter().any(is_listed) {
                        member.role = MemberRole::Admin;
                    }
                }
            })
        })],
    ),
    Fault::new(
        "contact-again-promotes",
        "The role with which the other side of a CONTACT lists its creator is the creator's.",
        BOTH,
        "create-again-no-promotion",
        &[Again(|again| {
            let listed = again.asked.members.iter().find(|member| member.user == again.there.creator);
            let is_admin = listed.is_some_and(|member| member.role == MemberRole::Admin);
            if !is_group(again.there) && again.asked.creator != again.there.creator && is_admin {
                let creator = again.there.creator;
                return kept(again, |one| {
                    for member in one.members.iter_mut().filter(|member| member.user == creator) {
                        member.role = MemberRole::Admin;
                    }
                });
            }
            there(again)
        })],
    )
    .also(&[
        and("contact-roles", "no creator of a CONTACT is its ADMIN"),
        and("remembered", "what is there later is compared with what was answered first"),
        and("read-by-member", "what is read is compared with what was answered first"),
        and("read-by-creator", "what is read is compared with what was answered first"),
    ]),
    Fault::new(
        "again-demotes",
        "Creating a GROUP again without the role ADMIN for a participant takes it from them.",
        OF_2026,
        "create-again-no-demotion",
        &[Again(|again| kept_for_creator(again, |one| demote(one, again)))],
    )
    .also(&[and("create-again-no-promotion", "the role is another one")]),
    // Other participants.
    Fault::new(
        "others-throw-out",
        "Who is not in the list with which its creator creates a GROUP again is thrown out, and who is new does not get in.",
        BOTH,
        "create-again-others",
        &[Again(|again| {
            kept_for_creator(again, |one| {
                let asked = &again.asked;
                let stays = |member: &Member| asked.has_member(member.user) || again.context.has_called(member.user);
                if asked.members.iter().any(|member| !one.has_member(member.user)) {
                    members(one, |all| all.retain(stays));
                }
            })
        })],
    )
    .also(&[and("others-by-the-creator", "that is none of the readings")]),
    Fault::new(
        "others-come-in-for-the-last",
        "Of other participants with whom its creator creates a GROUP again the first gets in, for the last who is there.",
        BOTH,
        "create-again-others",
        &[Again(|again| {
            kept_for_creator(again, |one| {
                let now = UnixTime::now();
                let new = again.asked.members.iter().find(|member| !one.has_member(member.user));
                let Some(new) = new.map(|new| Member { joined: now, ..*new }) else { return };
                members(one, |all| {
                    if let Some(last) = all.iter().rposition(|member| !again.context.has_called(member.user)) {
                        all.remove(last);
                    }
                    all.push(new);
                });
            })
        })],
    )
    .also(&[and("create-again-same-joining", "who was put out and is named again joins anew")]),
    // Creations at the same time.
    Fault::new(
        "race-creates-twice",
        "Creations of one id at once do not see each other, and the last one stays.",
        BOTH,
        "create-at-once",
        &[Delay(Duration::from_millis(100)), Found(|there, context| !is_group(there) || there.created_at < context.came)],
    )
    .when(|context| context.text("/category") == "GROUP"),
    Fault::new(
        "race-server-error",
        "Of creations of one id at once, all but the first break the database's constraint.",
        BOTH,
        "no-server-error",
        &[
            Delay(Duration::from_millis(100)),
            Again(|again| {
                if again.there.created_at < again.context.came {
                    there(again)
                } else {
                    Err(Refusal::field("conversation_id", "is being created"))
                }
            }),
            Response(|answer, context| {
                if context.request.is_object()
                    && std::str::from_utf8(answer.body()).is_ok_and(|text| text.contains("is being created"))
                {
                    *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                }
            }),
        ],
    )
    .when(|context| context.text("/category") == "GROUP"),
];

/// Takes the role ADMIN from the members for whom the request does not ask for it again.
fn demote(one: &mut StoredConversation, again: &Recreated<'_>) {
    for member in one.members.iter_mut().filter(|member| member.role == MemberRole::Admin) {
        if again.asked.members.iter().any(|asked| asked.user == member.user && asked.role == MemberRole::Ordinary) {
            member.role = MemberRole::Ordinary;
        }
    }
}

/// Whether an ADMIN of a GROUP creates it again.
fn is_asked_by_an_admin(again: &Recreated<'_>) -> bool {
    let asks = |member: &Member| member.user == again.asked.creator && member.role == MemberRole::Admin;
    is_group(again.there) && again.there.members.iter().any(asks)
}
