//! Faults with invalid requests, and with state that earlier requests leave behind.

use serde_json::Value;

use crate::fault::Fault;
use crate::fault::hook::Hook::{Left, Request, Response as Whole};
use crate::fault::hook::{BOTH, and};
use crate::refusal::Refusal;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "another-read-shown",
        "Who reads a second time is shown what they read first.",
        BOTH,
        "read-same-id",
        &[Whole(|answer, context| {
            if context.reads() && answer.status() == axum::http::StatusCode::OK {
                let first = context.first_answer(&context.caller.to_string(), answer);
                *answer.body_mut() = first.into_body();
            }
        })],
    ),
    Fault::new(
        "refused-id-is-reserved",
        "The id of a creation of a GROUP that is refused for its category is kept for who asked for it.",
        BOTH,
        "refused-takes-no-id",
        &[
            Left(|left| {
                let for_category = matches!(left.refusal, Refusal::Field { field, .. } if field == "category");
                if for_category && left.context.participants() > 1 {
                    let id = left.context.text("/conversation_id").to_lowercase();
                    left.context.mark(&format!("{id} {}", left.context.caller));
                    left.context.mark(&format!("taken {id}"));
                }
            }),
            Request(|_, context| {
                let id = context.text("/conversation_id").to_lowercase();
                let is_own = context.is_marked(&format!("{id} {}", context.caller));
                if context.is_marked(&format!("taken {id}")) && !is_own { Err(Refusal::Forbidden) } else { Ok(()) }
            }),
        ],
    )
    .also(&[
        and("contact-from-both-sides", "the two users of a CONTACT may be refused first"),
        and("create-contact-again", "a CONTACT may be refused first"),
        and("remembered", "it is refused later, too"),
    ]),
    Fault::new(
        "again-without-a-look",
        "Of a conversation that is there already, a category that is no text is taken for its own.",
        BOTH,
        "again-unfit",
        &[Request(|request, context| {
            let id = context.text("/conversation_id").to_lowercase();
            let known = context.recent().into_iter().find(|one| one.id.to_string() == id);
            if let Some(one) = known
                && !request.get("category").is_some_and(Value::is_string)
            {
                request.insert("category".into(), one.category.as_str().into());
            }
            Ok(())
        })],
    ),
    Fault::new(
        "category-without-its-quotes",
        "Quotes and backslashes are removed from a category before it is compared.",
        BOTH,
        "category-of-odd-text",
        &[Request(|request, _| {
            if let Some(Value::String(category)) = request.get_mut("category") {
                category.retain(|character| character != '"' && character != '\\');
            }
            Ok(())
        })],
    ),
    Fault::new(
        "category-printed-as-it-is",
        "The description of a refusal repeats a category with quotes in it, and does not escape them.",
        BOTH,
        "answer-json",
        &[Whole(|answer, context| {
            let category = context.text("/category");
            if category.contains('"') {
                let text = format!(r#"{{"error":{{"status":202,"code":10002,"description":"{category}?"}}}}"#);
                *answer.body_mut() = text.into();
            }
        })],
    ),
];
