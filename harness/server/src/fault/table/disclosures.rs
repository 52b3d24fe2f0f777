//! Faults that disclose secrets in a refusal.

use axum::http::HeaderValue;

use crate::fault::Fault;
use crate::fault::edit::describe;
use crate::fault::hook::BOTH;
use crate::fault::hook::Hook::{Refusal as Refused, Response};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "refusal-with-trace",
        "A refusal shows the stack trace.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "goroutine 42 [running]: main.createConversation(0xc000123456)"))],
    ),
    Fault::new(
        "refusal-with-path",
        "A refusal shows the file that it comes from.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "File \"/usr/src/app/conversations/views.py\", line 42"))],
    ),
    Fault::new(
        "refusal-with-panic",
        "A refusal shows what the server's code says of itself.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "thread 'main' panicked at src/create.rs:42:17"))],
    ),
    Fault::new(
        "refusal-with-node-trace",
        "A refusal shows the stack of a program in JavaScript.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| {
            describe(answer, "TypeError: id is undefined\n    at create (/srv/app/routes/conversations.js:42:17)")
        })],
    ),
    Fault::new(
        "refusal-with-java-trace",
        "A refusal shows the stack of a program in Java.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| {
            describe(answer, "java.lang.NullPointerException\n\tat one.mixin.Create.run(Create.java:42)")
        })],
    ),
    Fault::new(
        "refusal-with-trace-in-header",
        "A refusal has its stack trace in a header field.",
        BOTH,
        "refusal-without-internals",
        &[Response(|answer, _| {
            if answer.body().starts_with(br#"{"error""#) {
                let trace = "Traceback (most recent call last): | File \"app.py\", line 42, in create";
                answer.headers_mut().insert("x-debug", HeaderValue::from_static(trace));
            }
        })],
    ),
    Fault::new(
        "refusal-with-missing-file",
        "A refusal shows the file that the server has looked for.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "No such file: /data/current/static/conversation"))],
    ),
    // The database.
    Fault::new(
        "refusal-with-statement",
        "A refusal shows the database's statement.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "INSERT INTO conversations (id, category) VALUES ($1, $2)"))],
    ),
    Fault::new(
        "refusal-with-constraint",
        "A refusal shows the database's message.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "new row violates check constraint \"role\""))],
    ),
    Fault::new(
        "refusal-with-query-in-lower-case",
        "A refusal shows the database's statement, which is in lower case.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "no rows: select id, category from conversations where id = $1"))],
    ),
    Fault::new(
        "refusal-with-duplicate-key",
        "A refusal shows what a database says of a key that is taken.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "Duplicate entry '928c5c40' for key 'conversations.PRIMARY'"))],
    ),
    Fault::new(
        "refusal-with-mongo",
        "A refusal shows what a database of documents says of a key that is taken.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "E11000 duplicate key error collection: chat.conversations"))],
    ),
    // Tokens.
    Fault::new(
        "refusal-with-token",
        "A refusal repeats a signed token.",
        BOTH,
        "refusal-without-token",
        &[Refused(|answer, _| {
            describe(answer, "eyJhbGciOiJFZERTQSJ9.eyJ1aWQiOiI4ZGNmODIzZCJ9.b8jI-GwGqQhOu2B1vMtB5z")
        })],
    ),
    Fault::new(
        "refusal-with-authorization",
        "A refusal repeats the header with the credential.",
        BOTH,
        "refusal-without-token",
        &[Refused(|answer, _| {
            describe(answer, "Authorization: Bearer 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071")
        })],
    ),
    Fault::new(
        "refusal-with-the-token-sent",
        "A refusal repeats the token of the request.",
        BOTH,
        "refusal-without-token",
        &[Refused(|answer, context| {
            let value = context.head.headers.get("authorization").and_then(|value| value.to_str().ok());
            if let Some((_, token)) = value.and_then(|value| value.split_once(' ')) {
                describe(answer, format!("invalid request of {token}"));
            }
        })],
    ),
    Fault::new(
        "refusal-with-a-part-of-the-token",
        "A refusal repeats the signature of the request's token.",
        BOTH,
        "refusal-without-token",
        &[Refused(|answer, context| {
            let value = context.head.headers.get("authorization").and_then(|value| value.to_str().ok());
            if let Some((_, signature)) =
                value.and_then(|value| value.rsplit_once('.')).filter(|(_, end)| end.len() > 40)
            {
                describe(answer, format!("invalid request, signed {signature}"));
            }
        })],
    ),
    // Secrets of the server.
    Fault::new(
        "refusal-with-connection-string",
        "A refusal shows how the server reaches its database.",
        BOTH,
        "refusal-without-secrets",
        &[Refused(|answer, _| {
            describe(answer, "failed to connect to postgres://chat:Tr0ub4dor@db.internal:5432/chat")
        })],
    ),
    Fault::new(
        "refusal-with-file-of-the-database",
        "A refusal shows where the database is.",
        BOTH,
        "refusal-without-secrets",
        &[Refused(|answer, _| describe(answer, "cannot open sqlite:///data/chat.db"))],
    ),
    Fault::new(
        "refusal-with-environment",
        "A refusal shows the environment of the server.",
        BOTH,
        "refusal-without-secrets",
        &[Refused(|answer, _| describe(answer, "env: PATH=/bin DATABASE_URL=mysql-primary PORT=8080"))],
    ),
    Fault::new(
        "refusal-with-password",
        "A refusal shows a password.",
        BOTH,
        "refusal-without-secrets",
        &[Refused(|answer, _| describe(answer, "config: user=chat password=correct-horse"))],
    ),
    Fault::new(
        "refusal-with-private-key",
        "A refusal shows a private key.",
        BOTH,
        "refusal-without-secrets",
        &[Refused(|answer, _| describe(answer, "-----BEGIN PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEIA"))],
    ),
    Fault::new(
        "refusal-with-access-key",
        "A refusal shows a key of the cloud that it runs in.",
        BOTH,
        "refusal-without-secrets",
        &[Refused(|answer, _| describe(answer, "upload of AKIAIOSFODNN7EXAMPLE was denied"))],
    ),
];
