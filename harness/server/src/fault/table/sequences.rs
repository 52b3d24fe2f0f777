//! What goes wrong over several requests: creating again, the other side, outsiders, leaks, races, reading.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use uuid::Uuid;

use crate::conversation::{Conversation, Member, Role};
use crate::fault::Fault;
use crate::fault::edit::{data, get, is_group, participants, refused, set};
use crate::fault::hook::Hook::{Again, Answer, Conversation as Stored, Delay, Found, Overlook, Request, Response};
use crate::fault::hook::{Again as Recreated, BOTH, OF_2026, and};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

pub(super) const FAULTS: &[Fault] =
    &[
        // Creating again.
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
            &[Again(|again| {
                changed(again, |one| {
                    if is_group(one) {
                        one.code = Some(Uuid::new_v4())
                    }
                })
            })],
        )
        .also(&[and("create-at-once", "of creations at once all but the first are creations again")]),
        Fault::new(
            "again-new-time",
            "Creating again answers with the time of now.",
            BOTH,
            "create-again-same-time",
            &[Again(|again| changed(again, |one| one.created_at = Timestamp::now()))],
        ),
        Fault::new(
            "again-without-creator",
            "Creating a GROUP again answers with the nil UUID for its creator.",
            BOTH,
            "create-again-same-creator",
            &[Again(|again| {
                changed(again, |one| {
                    if is_group(one) {
                        one.creator = Uuid::nil()
                    }
                })
            })],
        )
        .also(&[
            and("create-at-once", "of creations at once all but the first are creations again"),
            and("group-owner", "the owner is not who is called the creator"),
            and("create-again-no-takeover", "the creator that is given is another one"),
        ]),
        Fault::new(
            "again-without-participants",
            "Creating a GROUP again lists its owner alone.",
            BOTH,
            "create-again-same-participants",
            &[Again(|again| {
                changed(again, |one| {
                    if is_group(one) && again.asked.creator == one.creator {
                        keep(one, |member| member.role == Role::Owner)
                    }
                })
            })],
        )
        .also(&[and("create-at-once", "of creations at once all but the first are creations again")]),
        Fault::new(
            "again-duplicates-named-twice",
            "Creating again lists a participant as often as the request names them.",
            BOTH,
            "create-again-no-duplicates",
            &[Again(|again| {
                let context = again.context;
                changed(again, |one| {
                    let named: Vec<Uuid> = (0..context.participants())
                        .filter_map(|at| context.text(&format!("/participants/{at}/user_id")).parse().ok())
                        .collect();
                    let mut members = one.members.to_vec();
                    for member in
                        one.members.iter().filter(|member| named.iter().filter(|id| **id == member.user).count() > 1)
                    {
                        members.push(*member);
                    }
                    one.members = members.into();
                })
            })],
        ),
        Fault::new(
            "again-changes-roles",
            "Creating again gives participants the roles that are asked for.",
            BOTH,
            "create-again-no-promotion",
            &[Again(|again| {
                changed(again, |one| {
                    for member in one
                        .members
                        .iter_mut()
                        .filter(|member| member.role != Role::Owner && member.user != again.asked.creator)
                    {
                        if let Some(asked) = again.asked.members.iter().find(|asked| asked.user == member.user) {
                            member.role = asked.role;
                        }
                    }
                })
            })],
        ),
        Fault::new(
            "again-takes-over",
            "Who creates a GROUP again becomes its owner.",
            BOTH,
            "create-again-no-takeover",
            &[Again(|again| {
                let caller = again.asked.creator;
                if !is_group(again.there) || !again.there.has_member(caller) {
                    return there(again);
                }
                changed(again, |one| {
                    one.creator = caller;
                    for member in &mut one.members {
                        member.role = if member.user == caller { Role::Owner } else { Role::Ordinary };
                    }
                })
            })],
        ),
        Fault::new(
            "again-two-owners",
            "A member who creates a GROUP again becomes an owner beside the first.",
            BOTH,
            "create-again-no-takeover",
            &[Again(|again| {
                changed(again, |one| {
                    if is_group(one) {
                        for member in one.members.iter_mut().filter(|member| member.user == again.asked.creator) {
                            member.role = Role::Owner;
                        }
                    }
                })
            })],
        )
        .also(&[and("group-sole-owner", "there are two of them")]),
        // The other side.
        Fault::new(
            "contact-of-each-side",
            "A CONTACT is kept for each side, with a creator of its own.",
            BOTH,
            "contact-from-both-sides",
            &[Again(|again| {
                changed(again, |one| {
                    if !is_group(one) {
                        one.creator = again.asked.creator
                    }
                })
            })],
        ),
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
        // Outsiders.
        Fault::new(
            "outsider-sees-group",
            "Who creates the id of a GROUP again sees it, whoever that is.",
            BOTH,
            "outsider-learns-nothing",
            &[Overlook(|refusal, context| matches!(refusal, Refusal::Forbidden) && !context.reads())],
        ),
        Fault::new(
            "refusal-names-code",
            "An outsider is refused with the code of the GROUP in extra.",
            OF_2026,
            "outsider-learns-nothing",
            &[Again(|again| {
                if again.there.has_member(again.asked.creator) {
                    return there(again);
                }
                Err(Refusal::field("conversation_id", format!("is taken by {}", again.there.code.unwrap_or_default())))
            })],
        ),
        Fault::new(
            "outsider-joins",
            "Who creates the id of a GROUP again gets into it.",
            BOTH,
            "outsider-stays-out",
            &[Again(|again| {
                let caller = again.asked.creator;
                if again.there.has_member(caller) {
                    return there(again);
                }
                let mut members = again.there.members.to_vec();
                members.push(Member { user: caller, role: Role::Ordinary });
                Ok(again.store.replace(Conversation { members: members.into(), ..again.there.as_ref().clone() }))
            })],
        )
        .also(&[
            and("outsider-learns-nothing", "whoever gets in sees everything"),
            and("create-again-same-participants", "there is one more"),
        ]),
        Fault::new(
            "outsider-not-found",
            "An outsider who creates the id of a GROUP again is refused with 404.",
            BOTH,
            "outsider-forbidden",
            &[Again(|again| {
                if again.there.has_member(again.asked.creator) { there(again) } else { Err(Refusal::NoConversation) }
            })],
        ),
        Fault::new(
            "outsider-group-full",
            "An outsider who creates the id of a GROUP again hears that it is full.",
            BOTH,
            "outsider-forbidden",
            &[Again(
                |again| {
                    if again.there.has_member(again.asked.creator) { there(again) } else { Err(Refusal::GroupFull) }
                },
            )],
        ),
        // Leaks.
        Fault::new(
            "group-code-shared",
            "All GROUPs of a server have the same code.",
            BOTH,
            "groups-own-code",
            &[Stored(|made, _| {
                if is_group(made) {
                    made.code = Some(Uuid::from_u128(0xd824_4b92_30e9_44b5_bfb0_ce59_7c78_8125));
                }
            })],
        ),
        Fault::new(
            "group-code-of-the-owner",
            "The code of a GROUP is the same for all GROUPs of an owner.",
            BOTH,
            "groups-own-code",
            &[Stored(|made, _| {
                if is_group(made) {
                    made.code = Some(made.creator)
                }
            })],
        ),
        Fault::new(
            "members-leak",
            "Creating a GROUP again lists the participants of the owner's later GROUPs, too.",
            BOTH,
            "groups-own-members",
            &[Again(|again| {
                if !again.there.has_member(again.asked.creator) {
                    return there(again);
                }
                let recent = again.context.recent();
                changed(again, |one| {
                    let mut members = one.members.to_vec();
                    for other in recent.iter().filter(|other| {
                        is_group(one) && is_group(other) && other.creator == one.creator && other.members.len() < 8
                    }) {
                        members.extend(
                            other.members.iter().filter(|member| {
                                !one.has_member(member.user) && !again.context.has_called(member.user)
                            }),
                        );
                    }
                    one.members = members.into();
                })
            })],
        )
        .also(&[
            and("create-at-once", "of creations at once all but the first are creations again"),
            and("create-again-same-participants", "there are more of them"),
            and("participants-once", "whoever is in two of these is listed twice"),
        ]),
        Fault::new(
            "name-leaks",
            "Creating a GROUP again answers with the name of another.",
            OF_2026,
            "groups-own-name",
            &[Again(|again| {
                let recent = again.context.recent();
                changed(again, |one| {
                    if let Some(other) =
                        recent.iter().find(|other| is_group(other) && !other.name.is_empty() && other.name != one.name)
                    {
                        one.name = other.name.clone();
                    }
                })
            })],
        ),
        // Races.
        Fault::new(
            "race-creates-twice",
            "Creations of one id at once do not see each other, and the last one stays.",
            BOTH,
            "create-at-once",
            &[Delay(Duration::from_millis(100)), Found(|there, context| there.created_at < context.came)],
        ),
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
        ),
        // What a refused request leaves behind.
        Fault::new(
            "refused-group-stays",
            "The id of a GROUP with an unknown role is taken before the roles are looked at.",
            BOTH,
            "refused-group-leaves-nothing",
            &[Request(|request, context| {
                let id = context.text("/conversation_id");
                let known = |one: &serde_json::Value| {
                    one.get("role").is_none_or(|role| matches!(role.as_str(), Some("" | "ADMIN")))
                };
                let known = request
                    .get("participants")
                    .and_then(serde_json::Value::as_array)
                    .is_none_or(|all| all.iter().all(known));
                if known && context.is_marked(id) {
                    return Err(Refusal::field("conversation_id", "is taken"));
                }
                if !known {
                    context.mark(id);
                }
                Ok(())
            })],
        ),
        Fault::new(
            "refused-contact-stays",
            "The id of a CONTACT is taken before its category is looked at.",
            BOTH,
            "refused-contact-leaves-nothing",
            &[Request(|_, context| {
                let id = context.text("/conversation_id");
                match context.text("/category") {
                    "CONTACT" if context.is_marked(id) => Err(Refusal::field("conversation_id", "is taken")),
                    "contact" => {
                        context.mark(id);
                        Ok(())
                    }
                    _ => Ok(()),
                }
            })],
        ),
        // Reading.
        Fault::new(
            "read-without-name",
            "A conversation that is read has no name.",
            OF_2026,
            "read-by-creator",
            &[Answer(|answer, context| {
                if context.reads() {
                    set(answer, "name", "")
                }
            })],
        ),
        Fault::new(
            "read-without-participants",
            "A conversation that is read lists nobody but its owner.",
            OF_2026,
            "read-by-creator",
            &[Answer(|answer, context| {
                if let Some(all) = data(answer).filter(|_| context.reads()).and_then(participants) {
                    all.truncate(1);
                }
            })],
        ),
        Fault::new(
            "read-refused",
            "A conversation cannot be read by those who are in it.",
            OF_2026,
            "read-by-creator",
            &[Response(|answer, context| {
                if context.reads() {
                    *answer = refused(StatusCode::ACCEPTED, 403, "Forbidden.");
                }
            })],
        )
        .also(&[
            and("read-by-member", "nobody can read it"),
            and("read-after-create", "it is neither supported nor not there"),
        ]),
        Fault::new(
            "read-by-owner-alone",
            "A GROUP can be read by its owner alone.",
            OF_2026,
            "read-by-member",
            &[Response(|answer, context| {
                let creator = serde_json::from_slice(answer.body()).map(|value| get(&value, "creator_id"));
                if context.reads()
                    && creator.is_ok_and(|creator| creator.as_str().is_some_and(|id| id != context.caller.to_string()))
                {
                    *answer = refused(StatusCode::ACCEPTED, 403, "Forbidden.");
                }
            })],
        ),
        Fault::new(
            "read-by-anybody",
            "A GROUP can be read by everybody who knows its id.",
            OF_2026,
            "read-by-outsider",
            &[Overlook(|refusal, context| matches!(refusal, Refusal::NoConversation) && context.reads())],
        ),
    ];

/// As it should be.
fn there(again: &Recreated<'_>) -> Result<Arc<Conversation>, Refusal> {
    Ok(Arc::clone(again.there))
}

/// The conversation with a change that is not stored.
fn changed(again: &Recreated<'_>, change: impl FnOnce(&mut Conversation)) -> Result<Arc<Conversation>, Refusal> {
    let mut one = again.there.as_ref().clone();
    change(&mut one);
    Ok(Arc::new(one))
}

fn keep(one: &mut Conversation, keep: impl Fn(&Member) -> bool) {
    one.members = one.members.iter().copied().filter(keep).collect();
}
