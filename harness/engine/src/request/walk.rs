//! Compiled walks: the actions that they may take, and which of them one walk takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::model::{Action, Actor, Company, Needs, Walk};

use crate::cel::ExpressionError;
use crate::edition::CompiledEdition;
use crate::edition::operation::CompiledOperation;
use crate::request::generate::Generator;
use crate::request::make::{Change, Family};

/// A kind of walk, compiled for one edition.
#[derive(Debug)]
pub struct CompiledWalk {
    /// Its name.
    pub name: String,
    /// The family whose request creates the thing.
    pub family: String,
    /// The generator of that request's documents.
    pub generator: Generator,
    /// The roles that the other caller takes in turn.
    pub company: Vec<Company>,
    /// How many actions are drawn: least and most.
    pub length: [usize; 2],
    /// The actions.
    pub actions: Vec<CompiledAction>,
    /// The indexes of the actions that every walk ends with.
    pub end: Vec<usize>,
    /// How many of the first walks are remembered, to repeat their ends.
    pub remembered: usize,
    /// The checks that it can decide.
    pub checks: Vec<usize>,
}

/// An action, compiled.
#[derive(Debug)]
pub struct CompiledAction {
    /// Its name.
    pub name: String,
    /// Who may take it.
    pub by: Vec<Actor>,
    /// The request that it sends.
    pub ask: Ask,
    /// Its weight when actions are drawn.
    pub weight: u32,
    /// The readings that the server must have shown.
    pub needs: Needs,
}

/// The request that an action sends.
#[derive(Debug)]
pub enum Ask {
    /// The creation again, with a change.
    Again(Box<Change>),
    /// Another operation about the same thing.
    Call(Arc<CompiledOperation>),
    /// The actor's own creation of this family, with the thing's creator as its first user.
    Own(String),
}

/// The actions that one walk takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The actions, in their order.
    pub taken: Vec<Taken>,
    /// The index of the first of those that every walk ends with.
    pub end: usize,
}

/// One action of one walk, and who takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The index of the action.
    pub action: usize,
    /// Who takes it.
    pub by: Actor,
}

impl CompiledWalk {
    /// Compiles a walk; `None` where the edition does not have its family.
    ///
    /// # Errors
    /// When one of its expressions is no CEL.
    pub fn compile(
        name: &str,
        walk: &Walk,
        edition: &CompiledEdition,
        families: &BTreeMap<String, Family>,
        generators: &BTreeMap<String, Generator>,
        checks: &[usize],
    ) -> Result<Option<Self>, ExpressionError> {
        let Some(generator) = generators.get(&walk.creates).filter(|_| families.contains_key(&walk.creates)) else {
            return Ok(None);
        };
        let mut actions = Vec::new();
        for action in &walk.actions {
            let there = action.editions.is_empty() || action.editions.contains(&edition.name);
            let Some(ask) = ask(action, edition)?.filter(|_| there) else { continue };
            actions.push(CompiledAction {
                name: action.name.clone(),
                by: action.by.clone(),
                ask,
                weight: action.weight,
                needs: action.needs.clone(),
            });
        }
        let place = |name: &String| actions.iter().position(|action| action.name == *name);
        let end = walk.end.iter().filter_map(place).collect();
        Ok(Some(Self {
            name: name.to_owned(),
            family: walk.creates.clone(),
            generator: generator.for_users(&format!("walk/{name}"), walk.user_count.get(&edition.name).copied()),
            company: walk.company.clone(),
            length: walk.length,
            actions,
            end,
            remembered: walk.remembered,
            checks: checks.to_vec(),
        }))
    }

    /// The beginning of its cases' ids.
    #[must_use]
    pub fn id(&self) -> String {
        format!("walk/{}", self.name)
    }

    /// The other caller's role in the walk with this number, if there is another caller.
    #[must_use]
    pub fn company(&self, number: u64, callers: usize) -> Option<Company> {
        let turn = usize::try_from(number).ok()? % self.company.len().max(1);
        self.company.get(turn).copied().filter(|_| callers > 1)
    }

    /// Whether the second caller creates the thing in a walk of this number.
    #[must_use]
    pub fn is_created_by_second(&self, number: u64, callers: usize) -> bool {
        callers > 1 && number / self.company.len().max(1) as u64 % 2 == 1
    }

    /// The actions that one walk takes. The numbers from `drawn` decide; `can` says which actions are possible.
    #[must_use]
    pub fn actions(
        &self,
        company: Option<Company>,
        can: impl Fn(&CompiledAction) -> bool,
        mut drawn: impl FnMut(u64) -> u64,
    ) -> Course {
        let present = |actor: &Actor| match actor {
            Actor::Creator => true,
            Actor::Member => company == Some(Company::Member),
            Actor::Outsider => company == Some(Company::Outsider),
        };
        let mut choices = Vec::new();
        for (action, compiled) in self.actions.iter().enumerate().filter(|(_, action)| can(action)) {
            for by in compiled.by.iter().copied().filter(present) {
                choices.extend(std::iter::repeat_n(Taken { action, by }, compiled.weight as usize));
            }
        }
        let [least, most] = self.length;
        let count = least as u64 + drawn((most - least) as u64 + 1);
        let count = if choices.is_empty() { 0 } else { count };
        let mut taken: Vec<Taken> = (0..count)
            .filter_map(|_| choices.get(usize::try_from(drawn(choices.len() as u64)).ok()?).copied())
            .collect();
        let end = taken.len();
        for action in self.end.iter().copied() {
            let Some(compiled) = self.actions.get(action).filter(|action| can(action)) else { continue };
            taken.extend(compiled.by.iter().copied().filter(present).map(|by| Taken { action, by }));
        }
        Course { taken, end }
    }
}

/// The request of an action; `None` if the edition has no such operation.
fn ask(action: &Action, edition: &CompiledEdition) -> Result<Option<Ask>, ExpressionError> {
    Ok(match (&action.call, &action.request) {
        (Some(call), _) => edition.operations.named(call).cloned().map(Ask::Call),
        (None, Some(family)) => Some(Ask::Own(family.clone())),
        (None, None) => Some(Ask::Again(Box::new(match &action.change {
            Some(change) => Change::compile(change, &edition.name, None)?,
            None => Change::default(),
        }))),
    })
}
