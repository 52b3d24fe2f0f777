//! The faults that the reference server can be started with: found by name, and listed.

use mixinspec_server::{Edition, Fault};
use serde_json::{Value, json};

use crate::options::ListFormat;
use crate::problem::{Problem, did_you_mean};

/// The fault with a name, where it is one in this edition.
pub(crate) fn named(name: &str, edition: Edition) -> Result<&'static Fault, Box<Problem>> {
    let Some(fault) = Fault::named(name) else {
        return Err(Box::new(Problem::Command {
            reason: format!("start with the fault `{name}`: there is none of this name"),
            help: did_you_mean(name, Fault::all().map(Fault::name))
                .unwrap_or_else(|| "mixinspec serve --list-faults shows all of them".to_owned()),
        }));
    };
    if !fault.editions().contains(&edition) {
        return Err(Box::new(Problem::Command {
            reason: format!("start with the fault `{name}`: it is none in edition {edition}"),
            help: format!("start the server with --edition {}", editions(fault)),
        }));
    }
    Ok(fault)
}

/// All of them, for people or for programs.
pub(crate) fn list(format: ListFormat) -> String {
    match format {
        ListFormat::Text => text(),
        ListFormat::Json => {
            let all: Vec<Value> = Fault::all().map(value).collect();
            format!("{:#}\n", Value::Array(all))
        }
    }
}

fn text() -> String {
    let mut text = String::new();
    for fault in Fault::all() {
        text.push_str(&format!(
            "{} ({})\n    {}\n    breaks {}",
            fault.name(),
            editions(fault),
            fault.description(),
            fault.breaks()
        ));
        let also: Vec<&str> = fault.consequences().iter().map(|also| also.requirement).collect();
        if !also.is_empty() {
            text.push_str(&format!("; may break {}", also.join(", ")));
        }
        text.push('\n');
    }
    text.push_str(&format!("\n{} faults\n", Fault::all().count()));
    text
}

fn value(fault: &Fault) -> Value {
    let consequences = fault.consequences().iter();
    json!({
        "name": fault.name(),
        "description": fault.description(),
        "editions": fault.editions().iter().map(|edition| edition.as_str()).collect::<Vec<_>>(),
        "breaks": fault.breaks(),
        "consequences": consequences
            .map(|also| json!({"requirement": also.requirement, "reason": also.reason}))
            .collect::<Vec<_>>(),
    })
}

fn editions(fault: &Fault) -> String {
    fault.editions().iter().map(|edition| edition.as_str()).collect::<Vec<_>>().join(", ")
}
