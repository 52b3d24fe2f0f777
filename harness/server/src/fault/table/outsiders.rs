//! Faults when an outsider creates an existing conversation again.

use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::conversation::{Member, MemberRole};
use crate::fault::Fault;
use crate::fault::edit::{is_of_outsider, kept, members, there};
use crate::fault::hook::Hook::{Again, Overlook, Refusal as Refused, Response};
use crate::fault::hook::{BOTH, FaultContext, OF_2026, Recreated, and};
use crate::refusal::Refusal;
use crate::timestamp::UnixTime;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "outsider-sees-group",
        "Who creates the id of a GROUP again sees it, whoever that is.",
        BOTH,
        "outsider-learns-nothing",
        &[Overlook(|refusal, context| matches!(refusal, Refusal::Forbidden) && !context.reads())],
    )
    .also(&[
        and("jti-of-another-user", "the other user is an outsider"),
        and("read-by-outsider", "it is read by an outsider, too"),
    ]),
    Fault::new(
        "all-groups-listed",
        "GET /conversations lists the ids of all conversations to everybody.",
        BOTH,
        "outsider-other-ways",
        &[Response(|answer, context| {
            if context.reads() && context.head.uri.path() == "/conversations" {
                let all: Vec<String> = context.recent().iter().map(|one| one.id.to_string()).collect();
                *answer.status_mut() = StatusCode::OK;
                *answer.body_mut() = json!({"data": all}).to_string().into();
            }
        })],
    ),
    Fault::new(
        "conversation-in-the-singular-is-open",
        "GET /conversation/:id shows a conversation to everybody.",
        BOTH,
        "outsider-other-ways",
        &[Response(|answer, context| {
            let id = context.head.uri.path().strip_prefix("/conversation/").unwrap_or_default();
            if let Some(one) = context.recent_with(id) {
                let all: Vec<String> = one.members.iter().map(|member| member.user.to_string()).collect();
                *answer.status_mut() = StatusCode::OK;
                *answer.body_mut() = json!({"data": {"participants": all}}).to_string().into();
            }
        })],
    ),
    Fault::new(
        "refusal-links-in-header",
        "An outsider is refused with the link by which the GROUP is joined, in the header field Link.",
        BOTH,
        "outsider-learns-nothing",
        &[Response(|answer, context| {
            let code = context.recent_with(context.text("/conversation_id")).and_then(|one| one.code);
            if let Some(code) = code.filter(|_| answer.body().starts_with(br#"{"error""#)) {
                let link = HeaderValue::from_str(&format!("<https://mixin.one/codes/{code}>; rel=up"));
                answer.headers_mut().extend(link.ok().map(|link| (header::LINK, link)));
            }
        })],
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
        "refusal-lists-members",
        "An outsider is refused with the members of the GROUP in the description.",
        BOTH,
        "outsider-learns-nothing",
        &[Refused(|answer, context| {
            if answer["error"]["code"] == 403
                && let Some(one) = context.recent_with(context.text("/conversation_id"))
            {
                let all: Vec<String> = one.members.iter().map(|member| member.user.to_string()).collect();
                answer["error"]["description"] = json!(format!("Only for {}.", all.join(", ")));
            }
        })],
    ),
    Fault::new(
        "refusal-names-link",
        "An outsider is refused with the link by which the GROUP is joined.",
        BOTH,
        "outsider-learns-nothing",
        &[Refused(|answer, context| {
            let code = context.recent_with(context.text("/conversation_id")).and_then(|one| one.code);
            if let Some(code) = code.filter(|_| answer["error"]["code"] == 403) {
                answer["error"]["extra"] = json!({"join": format!("https://mixin.one/codes/{code}")});
            }
        })],
    ),
    Fault::new(
        "outsider-without-random-id-sees-group",
        "Where a request has no random_id, nobody looks at who is in the GROUP.",
        OF_2026,
        "outsider-learns-nothing",
        &[Overlook(|refusal, context| matches!(refusal, Refusal::Forbidden) && is_without_random_id(context))],
    )
    .also(&[and("read-by-outsider", "it is read by an outsider, too")]),
    Fault::new(
        "outsider-joins",
        "Who creates the id of a GROUP of more than five again gets into it.",
        BOTH,
        "outsider-stays-out",
        &[Again(
            |again| if is_of_outsider(again) && again.there.members.len() > 5 { joins(again) } else { there(again) },
        )],
    )
    .also(JOINED),
    Fault::new(
        "outsider-joins-unseen",
        "Who creates the id of a GROUP of more than five again is refused, and is in it from then on.",
        BOTH,
        "outsider-stays-out",
        &[Again(|again| {
            if is_of_outsider(again) && again.there.members.len() > 5 {
                joins(again)?;
                return Err(Refusal::Forbidden);
            }
            there(again)
        })],
    )
    .also(JOINED),
    Fault::new(
        "outsider-joins-at-second-try",
        "Who creates the id of a GROUP again is refused once, and then gets into it.",
        BOTH,
        "outsider-stays-out",
        &[Again(|again| {
            if !is_of_outsider(again) {
                return there(again);
            }
            let tried = format!("{} {}", again.there.id, again.asked.creator);
            if again.context.is_marked(&tried) {
                return joins(again);
            }
            again.context.mark(&tried);
            there(again)
        })],
    )
    .also(JOINED),
    Fault::new(
        "outsider-without-random-id-joins",
        "Who creates the id of a GROUP again without a random_id gets into it.",
        OF_2026,
        "outsider-stays-out",
        &[Again(|again| {
            if is_of_outsider(again) && is_without_random_id(again.context) { joins(again) } else { there(again) }
        })],
    )
    .also(JOINED),
    Fault::new(
        "outsider-not-found",
        "An outsider who creates the id of a GROUP again is refused with 404.",
        BOTH,
        "outsider-forbidden",
        &[Again(
            |again| {
                if again.there.has_member(again.asked.creator) { there(again) } else { Err(Refusal::NoConversation) }
            },
        )],
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
];

/// The consequences if an outsider becomes a member.
const JOINED: &[crate::fault::Consequence] = &[
    and("outsider-learns-nothing", "whoever gets in sees everything"),
    and("create-again-same-participants", "there is one more"),
    and("create-again-others", "there is one more, whom the creator has not named"),
    and("read-by-creator", "there is one more than was shown before"),
    and("read-by-outsider", "whoever gets in can read it"),
];

fn joins(again: &Recreated<'_>) -> Result<std::sync::Arc<crate::conversation::StoredConversation>, Refusal> {
    let user = again.asked.creator;
    kept(again, |one| {
        members(one, |all| all.push(Member { user, role: MemberRole::Ordinary, joined: UnixTime::now() }));
    })
}

fn is_without_random_id(context: &FaultContext) -> bool {
    context.text("/category") == "GROUP"
        && context.request.get("random_id").is_none_or(Value::is_null)
        && !context.reads()
}
