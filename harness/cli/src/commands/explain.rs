//! `mixinspec explain`: the page of a requirement or of a reading.

use mixinspec_engine::reporter::explain;
use mixinspec_engine::{Catalog, ExitStatus, SdkCatalog};

use super::{Done, load};
use crate::options::{ExplainArgs, Global};
use crate::problem::{CommandProblem, did_you_mean};
use crate::terminal::Terminal;

pub(super) fn explain(args: &ExplainArgs, global: &Global, terminal: &Terminal) -> Done {
    let spec = load(global)?;
    // A case's id begins with its requirement's.
    let id = args.id.split('/').next().unwrap_or_default();
    let mut cases: Vec<String> = Vec::new();
    for edition in spec.editions() {
        let catalog = Catalog::of(&spec, edition, 0).map_err(|error| CommandProblem::unusable_spec(&error))?;
        let of_sdks = SdkCatalog::of(&spec, edition, 0).map_err(|error| CommandProblem::unusable_spec(&error))?;
        for case in catalog.cases_of(id).chain(of_sdks.cases_of(id)) {
            if !cases.contains(&case) {
                cases.push(case);
            }
        }
    }
    match explain::render(&spec, id, &cases, terminal.style()) {
        Some(page) => {
            terminal.print(&page);
            Ok(ExitStatus::Success)
        }
        None => Err(Box::new(CommandProblem::Command {
            reason: format!("find `{id}`: no requirement and no reading has this id"),
            help: did_you_mean(id, spec.ids()).unwrap_or_else(|| "mixinspec run --list shows all ids".to_owned()),
        })),
    }
}
