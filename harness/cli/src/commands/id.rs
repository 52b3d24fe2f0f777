//! `mixinspec id`: computes the id of a conversation.

use mixinspec_engine::ExitStatus;
use mixinspec_types::{group_conversation_id, unique_conversation_id};

use super::Done;
use crate::options::IdArgs;
use crate::problem::CommandProblem;
use crate::subject::user_id;
use crate::terminal::Terminal;

pub(super) fn id(args: &IdArgs, terminal: &Terminal) -> Done {
    for user in args.users.iter().chain(&args.group) {
        // The derivations hash any text, but only a lower-case UUID is a user: any other text would give a useless id.
        if user_id(user).as_ref() != Some(user) {
            terminal.note(&format!("note: `{user}` is not a UUID in lower case; its text is hashed as it is\n"));
        }
    }
    let id = match (&args.group, &args.random, args.users.as_slice()) {
        (Some(owner), Some(random), participants) => group_conversation_id(owner, &args.name, participants, random)
            .map_err(|error| CommandProblem::Command {
                reason: format!("compute the id: {error}"),
                help: "--random takes the random_id of the request, such as 01d21e2c-76f5-4940-8ea0-9b7f21728674"
                    .into(),
            })?,
        (_, _, [a, b]) => unique_conversation_id(a, b),
        (_, _, users) => {
            return Err(Box::new(CommandProblem::Command {
                reason: format!("compute the id: a CONTACT has two users, and there are {}", users.len()),
                help: "mixinspec id USER USER, or mixinspec id --group OWNER --name NAME --random UUID PARTICIPANT…"
                    .into(),
            }));
        }
    };
    terminal.print(&format!("{id}\n"));
    Ok(ExitStatus::Success)
}
