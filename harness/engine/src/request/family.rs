//! Request families, compiled for one edition: the plain request, and what makes a request valid.

use std::sync::Arc;

use mixinspec_spec::model::{Needs, PatchOp, RequestFamily};
use serde_json::Value;

use crate::cel::{Expression, ExpressionError};
use crate::edition::CompiledEdition;
use crate::edition::operation::CompiledOperation;
use crate::edition::schema::{Schemas, escaped};

/// A request family, compiled for one edition.
#[derive(Debug)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// The operation that its requests ask for.
    pub operation: Arc<CompiledOperation>,
    /// The plain request.
    pub base: Value,
    /// The JSON pointers to what follows from the request in the answer.
    pub fixed: Vec<String>,
    /// Other requests that mean the same.
    pub ways: Vec<EquivalentRequest>,
    /// The JSON pointer to the users, if its requests name any.
    pub(crate) users: Option<String>,
    pub(crate) uuids: Vec<String>,
    pub(crate) set: Vec<(String, Expression)>,
    /// Whether its list of users holds exactly one, who must not have been used before.
    pub(crate) one_user: bool,
}

/// Another request that means the same.
#[derive(Debug)]
pub struct EquivalentRequest {
    /// Its name.
    pub name: String,
    /// The readings that the server must have shown.
    pub needs: Needs,
    pub(crate) patch: Vec<PatchOp>,
    pub(crate) set: Vec<(String, Expression)>,
}

impl Family {
    /// Compiles a family; `None` where the edition has no base for it, or does not have its operation.
    ///
    /// # Errors
    /// When one of its expressions is no CEL.
    pub fn compile(
        name: &str,
        family: &RequestFamily,
        edition: &CompiledEdition,
    ) -> Result<Option<Self>, ExpressionError> {
        let Some(base) = family.base.get(&edition.name) else { return Ok(None) };
        let Some(operation) = edition.operations.named(&family.operation) else { return Ok(None) };
        let users = family.users.as_ref().map(|users| users.0.clone());
        let mut uuids: Vec<String> = family.uuids.iter().map(|pointer| pointer.0.clone()).collect();
        if let Some(schema) = edition.schemas.at(&family.schema.0) {
            collect_uuids(&edition.schemas, schema, "", &mut uuids);
        }
        uuids.retain(|pointer| Some(pointer) != users.as_ref());
        let one_user = family.user_count.get(&edition.name).is_some_and(|[_, most]| *most == 1);
        let applies = |editions: &[String]| editions.is_empty() || editions.contains(&edition.name);
        let compiled = |members: &[mixinspec_spec::model::SetMember]| {
            let members = members.iter().filter(|member| applies(&member.editions));
            members
                .map(|member| Ok((member.at.0.clone(), Expression::compile(member.to.as_str())?)))
                .collect::<Result<Vec<_>, ExpressionError>>()
        };
        let ways = family.ways.iter().filter(|way| applies(&way.editions)).map(|way| {
            let set = compiled(&way.set)?;
            Ok(EquivalentRequest { name: way.name.clone(), needs: way.needs.clone(), patch: way.patch.clone(), set })
        });
        Ok(Some(Self {
            name: name.to_owned(),
            operation: Arc::clone(operation),
            base: base.clone(),
            fixed: family.fixed.iter().map(ToString::to_string).collect(),
            ways: ways.collect::<Result<_, ExpressionError>>()?,
            users,
            uuids,
            set: compiled(&family.set)?,
            one_user,
        }))
    }

    /// The parts of the pointer to users: the list, and the member of each element.
    pub(crate) fn user_list(&self) -> Option<(&str, &str)> {
        let users = self.users.as_deref()?;
        Some(users.split_once("/*").unwrap_or((users, "")))
    }
}

fn collect_uuids(schemas: &Schemas, schema: &Value, at: &str, found: &mut Vec<String>) {
    let Some(schema) = schemas.followed(schema) else { return };
    if schema.get("format").and_then(Value::as_str) == Some("uuid") {
        found.push(at.to_owned());
    }
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        collect_uuids(schemas, member, &format!("{at}/{}", escaped(name)), found);
    }
    if let Some(items) = schema.get("items") {
        collect_uuids(schemas, items, &format!("{at}/*"), found);
    }
}
