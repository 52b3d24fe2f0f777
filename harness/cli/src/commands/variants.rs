//! Finds and lists the variants of the reference server.

use mixinspec_engine::ExitStatus;
use mixinspec_server::{Edition, NotCombined, Variant, Variation};

use super::Done;
use crate::problem::{CommandProblem, did_you_mean};
use crate::terminal::Terminal;

/// Prints all variants, each with the source that allows it.
pub(super) fn list(terminal: &Terminal) -> ExitStatus {
    for variant in Variant::all() {
        let editions: Vec<&str> = variant.editions.iter().map(|edition| edition.as_str()).collect();
        terminal.print(&format!("{} ({})\n", variant.name, editions.join(", ")));
        terminal.print(&format!("    {}\n    open by {}\n", variant.description, variant.source));
    }
    ExitStatus::Success
}

/// Prints the users that the server knows, as `mixinspec run --users FILE` reads them.
pub(super) fn list_users<U: std::fmt::Display>(users: Option<Vec<U>>, terminal: &Terminal) -> Done {
    let Some(users) = users else {
        return Err(Box::new(CommandProblem::Command {
            reason: "list the users: every UUID is somebody (--list-users)".into(),
            help: "add --variant closed-user-list".into(),
        }));
    };
    for user in users {
        terminal.print(&format!("{user}\n"));
    }
    Ok(ExitStatus::Success)
}

/// The combined differences of these variants, for a server of the edition.
pub(super) fn combined(edition: Edition, names: &[String]) -> Result<Variation, Box<CommandProblem>> {
    let mut variants = Vec::new();
    for name in names {
        variants.push(Variant::named(name).ok_or_else(|| {
            CommandProblem::Command {
                reason: format!("find the variant `{name}` (--variant)"),
                help: did_you_mean(name, Variant::all().map(|variant| variant.name))
                    .unwrap_or_else(|| "mixinspec serve --list-variants shows all".to_owned()),
            }
        })?);
    }
    Variation::combined(edition, &variants).map_err(|error| {
        let help = match &error {
            NotCombined::Edition { .. } => "take another --edition, or leave it out",
            _ => "leave one of them out",
        };
        Box::new(CommandProblem::Command {
            reason: format!("combine what --variant names: {error}"),
            help: help.into(),
        })
    })
}
