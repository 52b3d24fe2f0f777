//! Faults with header fields and query parameters that clients and proxies add on their own.

use axum::http::{Method, StatusCode};

use crate::fault::Fault;
use crate::fault::edit::{crashed, field, set, unreadable};
use crate::fault::hook::Hook::{Answer, Conversation as Stored, Found, Head, Instead, Request, Response as Whole};
use crate::fault::hook::{BOTH, FaultContext, OF_2026, and};
use crate::gzip::gzip;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "type-compared-to-the-letter",
        "A Content-Type that is not written in lower case is refused.",
        BOTH,
        "json-writing-ignored",
        &[Head(|head| {
            let kind = field(head, "content-type");
            unreadable(
                !kind.starts_with("application/json") && !kind.is_empty(),
                "its Content-Type is not application/json",
            )
        })],
    )
    .also(&[
        and("usual-headers-ignored-by-read", "a GET has such a Content-Type, too"),
        and("read-by-creator", "it is the creator who reads so"),
    ]),
    Fault::new(
        "accept-of-a-range-refused",
        "A request that accepts application/*, and does not name JSON, is refused.",
        BOTH,
        "accept-ignored",
        &[Head(|head| {
            let accept = field(head, "accept");
            unreadable(
                accept.contains("application/*") && !accept.contains("json"),
                "it does not accept application/json",
            )
        })],
    )
    .also(&[
        and("read-by-creator", "it is read by its creator, too"),
        and("usual-headers-ignored-by-read", "one of its requests has such an Accept"),
    ]),
    Fault::new(
        "cookie-without-name-refused",
        "A creation with a cookie that has no name is refused.",
        BOTH,
        "usual-headers-ignored",
        &[Head(|head| {
            let mut cookies = field(head, "cookie").split(';').filter(|cookie| !cookie.trim().is_empty());
            unreadable(
                head.method == Method::POST && cookies.any(|cookie| !cookie.contains('=')),
                "its cookie has no name",
            )
        })],
    ),
    Fault::new(
        "proxies-have-to-be-known",
        "A creation that several proxies have passed on is refused.",
        BOTH,
        "usual-headers-ignored",
        &[Head(|head| {
            let passed = head.method == Method::POST && field(head, "x-forwarded-for").contains(',');
            unreadable(passed, "its proxy is not known")
        })],
    ),
    Fault::new(
        "gzip-without-a-word",
        "A creation that accepts gzip is answered in gzip, and no header field says so.",
        BOTH,
        "answer-json",
        &[Whole(|answer, context| {
            if !context.reads()
                && context.field("accept-encoding").contains("gzip")
                && answer.status() == StatusCode::OK
            {
                *answer.body_mut() = gzip(answer.body()).into();
            }
        })],
    ),
    Fault::new(
        "charset-decoded",
        "The name in a body that is called ISO-8859-1 is decoded as such.",
        OF_2026,
        "charset-without-effect",
        &[Stored(|made, context| {
            if context.field("content-type").to_ascii_lowercase().contains("8859-1") {
                made.name = made.name.bytes().map(char::from).collect::<String>().into();
            }
        })],
    )
    .also(&[and("name-echoed", "the name is another one")]),
    Fault::new(
        "charset-unknown-crashes",
        "A charset that nobody knows makes the server crash.",
        OF_2026,
        "charset-without-effect",
        &[Whole(|answer, context| {
            if context.field("content-type").contains("charset=x-") {
                crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "it is one")]),
    Fault::new(
        "language-with-a-weight-refused",
        "A reader who prefers some languages to others is told that there is no such conversation.",
        BOTH,
        "usual-headers-ignored-by-read",
        &[Found(|_, context| !context.reads() || !context.field("accept-language").contains(";q="))],
    )
    .also(&[and("read-by-creator", "the creator reads, too")]),
    Fault::new(
        "id-of-the-query-is-read",
        "GET /conversations/:id answers with the conversation_id of the query, where there is one.",
        BOTH,
        "read-same-id",
        &[Answer(|answer, context| {
            if let Some(id) = id_of_query(context).filter(|_| context.reads()) {
                set(answer, "conversation_id", id);
            }
        })],
    ),
    Fault::new(
        "query-crashes",
        "A URL with a query makes the server crash.",
        BOTH,
        "query-not-mixed-in",
        &[Whole(|answer, context| {
            if id_of_query(context).is_some() {
                crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "it is one")]),
    Fault::new(
        "id-of-the-query-wins",
        "A conversation_id in the query takes the place of that in the body.",
        BOTH,
        "answer-same-id",
        &[Answer(|answer, context| {
            if let Some(id) = id_of_query(context).filter(|_| !context.reads()) {
                set(answer, "conversation_id", id);
            }
        })],
    ),
    Fault::new(
        "answers-kept-by-request-id",
        "Who sends an X-Request-Id a second time, with another creation, gets the answer to the first.",
        BOTH,
        "answer-same-id",
        &[Whole(|answer, context| {
            if !context.reads() && answer.status() == StatusCode::OK {
                let name = format!("{} {}", context.caller, context.field("x-request-id"));
                *answer = context.first_answer(&name, answer);
            }
        })],
    )
    .also(&[
        and("answer-same-category", "the answer is about another conversation"),
        and("participants-listed", "the answer is about another conversation"),
        and("participants-nobody-else", "the answer is about another conversation"),
        and("name-echoed", "the answer is about another conversation"),
    ]),
    Fault::new(
        "request-id-once",
        "A creation whose X-Request-Id came before is refused.",
        BOTH,
        "request-id-used-again",
        &[Request(|_, context| {
            let id = format!("id {}", context.field("x-request-id"));
            let came = context.is_marked(&id);
            context.mark(&id);
            unreadable(came && id != "id ", "its id came before")
        })],
    )
    .also(&[and("error-code-fits", "what is refused for its id may have another mistake")]),
    Fault::new(
        "not-there-is-remembered-for-members",
        "Who asked for a conversation before somebody else created it is never shown it.",
        BOTH,
        "read-by-member-before-create",
        &[
            Instead(|id, context| {
                if context.reads() {
                    context.mark(&format!("{id} {}", context.caller));
                }
                None
            }),
            Found(|one, context| {
                let asked = context.is_marked(&format!("{} {}", one.id, context.caller));
                !context.reads() || !asked || one.creator == context.caller
            }),
        ],
    )
    .also(&[and("read-by-member", "what was created then cannot be read")]),
];

fn id_of_query(context: &FaultContext) -> Option<&str> {
    let mut parameters = context.head.uri.query()?.split('&');
    parameters.find_map(|parameter| parameter.strip_prefix("conversation_id="))
}
