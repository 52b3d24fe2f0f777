//! Makes the calls by which an SDK is judged as a client.

use std::sync::Arc;

use mixinspec_spec::model::KeyKind;

use super::{EditionRun, SdkRunner};
use crate::findings::events::Event;
use crate::findings::verdict::Finding;
use crate::identity::ids::IdSpace;
use crate::judge::check;
use crate::sdk::adapter::protocol::Hello;
use crate::sdk::client::Client;
use crate::sdk::client::calls::{ClientCall, Rule};
use crate::sdk::client::late::settled;

impl SdkRunner {
    /// The calls of a client, one after another: an SDK may have one base URL for all that it does.
    pub(super) async fn calls(&self, name: &str, edition: &mut EditionRun, hello: &Hello) {
        let ids = IdSpace { seed: self.options.seed, run_id: format!("{}/{name}", self.options.run_id) };
        let usual = self.spec.document.clients.keys.get(name).copied().unwrap_or_default();
        // An SDK that does not take the edition's usual key gets the default one.
        let key = if hello.capabilities.keys.contains(&usual) { usual } else { KeyKind::default() };
        let compiled = crate::edition::CompiledEdition::of(&self.spec, name).map_err(|error| error.to_string());
        let client = compiled.and_then(|compiled| Client::new(Arc::clone(&self.adapter), compiled, ids, key));
        let EditionRun { laws, calls, shows, tallies, order, cut_short, .. } = edition;
        let client = match client {
            Ok(client) => client,
            Err(reason) => {
                calls.rules.iter().for_each(|rule| tallies[rule.check].add(0, Finding::Error(reason.clone())));
                return;
            }
        };
        let replayed = self.options.replay.as_deref().and_then(|case| calls.by_id(&case.into()));
        let rules: Vec<&Rule> = match replayed {
            Some((rule, _)) => vec![rule],
            None => calls.rules.iter().filter(|rule| shows[rule.check]).collect(),
        };
        if rules.is_empty() {
            return;
        }
        let all = calls.calls.iter().filter(|call| replayed.is_none_or(|(_, one)| one.name == call.name));
        let all: Vec<&ClientCall> = all.collect();
        let mut made = Vec::new();
        for call in &all {
            *order += 1;
            if self.adapter.is_stopped() || *cut_short {
                break;
            }
            let judged = client.judge(call, &rules, hello).await;
            let broken = judged.findings.iter().any(|(_, finding)| matches!(finding, Finding::Fail(_)));
            judged.findings.into_iter().for_each(|(check, finding)| tallies[check].add(*order, finding));
            made.extend(judged.made);
            let failing = check::failing(&laws.checks, tallies, shows);
            self.listener.event(&Event::CaseDone { case: &call.name, broken, failing });
            *cut_short |= broken && self.options.fail_fast;
        }
        if self.adapter.is_stopped() || *cut_short {
            return;
        }
        settled(&made).await;
        let first = *order + 1 - all.len();
        for made in &mut made {
            let Some((nth, call)) = all.iter().enumerate().find(|(_, call)| call.name == made.call) else { continue };
            for (check, finding) in client.late(call, made, &rules, hello) {
                tallies[check].add(first + nth, finding);
            }
        }
        let unsaid = |rule: &&Rule| tallies[rule.check].is_empty();
        let unsaid: Vec<&Rule> = rules.into_iter().filter(unsaid).collect();
        for (check, finding) in client.unsaid(&all, &made, &unsaid, hello) {
            tallies[check].add(*order, finding);
        }
    }
}
