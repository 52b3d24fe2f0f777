//! Prints the types of one edition as a Rust module.
//!
//! A component becomes a type of its name; a schema within it that restricts its values becomes a type named after its
//! path (`CreateConversationRequestName`). The common code of the types is in `mixinspec_types::support`.

mod bounded;
mod common;
mod docs;
mod object;
mod values;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::document::{Component, OpenApiDocument, ValueMaker};
use crate::error::{Unprintable, refuse};
use crate::names;
use crate::schema::{Schema, SchemaForm};

/// Prints a module.
pub(crate) fn print(title: &str, document: &OpenApiDocument) -> Result<String, Unprintable> {
    let mut module = Module { components: &document.components, names: BTreeMap::new(), items: Vec::new() };
    for (name, component) in &document.components {
        module.component(name, component)?;
    }
    for (name, schema) in &document.parameters {
        module.parameter(name, schema)?;
    }
    let module_doc = format!(
        "The messages of {title}.\n\nRequests are strict, answers are lenient; see the documentation of \
         `mixinspec_types`."
    );
    let module_doc = docs::inner(&module_doc);
    let items = module.items;
    let head = quote! {
        #module_doc
        use mixinspec_types::support;
    };
    Ok(formatted(std::iter::once(head).chain(items))?.join("\n"))
}

/// The text of each item; the formatter itself puts no empty lines between them.
fn formatted(parts: impl Iterator<Item = TokenStream>) -> Result<Vec<String>, Unprintable> {
    let mut texts = Vec::new();
    for tokens in parts {
        let file = match syn::parse2::<syn::File>(tokens) {
            Ok(file) => file,
            // What was printed is not Rust: a mistake of the printer, which its user can still report.
            Err(error) => return refuse("", format!("the printed code does not parse: {error}")),
        };
        let syn::File { mut attrs, items, .. } = file;
        for item in items {
            let attrs = std::mem::take(&mut attrs);
            texts.push(prettyplease::unparse(&syn::File {
                shebang: None,
                frontmatter: None,
                attrs,
                items: vec![item],
            }));
        }
    }
    Ok(texts)
}

/// A module that is being printed.
struct Module<'a> {
    components: &'a BTreeMap<String, Component>,
    /// The types so far, with the place that each comes from.
    names: BTreeMap<String, String>,
    items: Vec<TokenStream>,
}

/// The Rust type of a schema's values.
struct RustType {
    /// The type.
    rust: TokenStream,
    /// The type whose `JsonSchema` describes the value. It differs from `rust` where that is one of Rust's own types.
    schema: TokenStream,
}

impl RustType {
    fn same(rust: TokenStream) -> Self {
        Self { schema: rust.clone(), rust }
    }
}

/// A type that is being printed.
#[derive(Clone, Copy)]
struct PrintedType<'a> {
    name: &'a Ident,
    doc: &'a str,
    direction: ValueMaker,
    /// Whether its JSON Schema is inlined where it is used, as for schemas that the spec writes in place.
    inline: bool,
}

impl<'a> Module<'a> {
    fn component(&mut self, name: &str, component: &'a Component) -> Result<(), Unprintable> {
        let schema = &component.schema;
        let before = self.items.len();
        let ident = self.claim(name, &schema.pointer)?;
        if schema.nullable {
            return refuse(&schema.pointer, "null is for members and elements, not for a component");
        }
        let item = PrintedType { name: &ident, doc: self.doc(schema)?, direction: component.direction, inline: false };
        let printed = match &schema.form {
            SchemaForm::Object(object) => object::print(self, item, object)?,
            SchemaForm::Any => bounded::alias(item, &quote! { serde_json::Value }),
            SchemaForm::Boolean => bounded::alias(item, &quote! { bool }),
            SchemaForm::Reference(target) => {
                let target = format_ident!("{target}");
                bounded::alias(item, &quote! { #target })
            }
            _ => self.restricted(item, schema)?,
        };
        // It comes before the types that printing it has added.
        self.items.insert(before, printed);
        Ok(())
    }

    fn parameter(&mut self, name: &str, schema: &'a Schema) -> Result<(), Unprintable> {
        let doc = self.doc(schema)?;
        let (SchemaForm::Text(_) | SchemaForm::TextValues(_), false) = (&schema.form, schema.nullable) else {
            return refuse(&schema.pointer, "a parameter of the path is a string");
        };
        let ident = self.claim(name, &schema.pointer)?;
        let item = PrintedType { name: &ident, doc, direction: ValueMaker::Request, inline: true };
        let printed = match &schema.form {
            SchemaForm::Text(text) if text.is_uuid_only() => bounded::alias(item, &quote! { support::UuidText }),
            _ => self.restricted(item, schema)?,
        };
        self.items.push(printed);
        Ok(())
    }

    /// The type of a value within another type; `name` is used if it needs its own type.
    fn type_of(&mut self, schema: &'a Schema, name: &str, direction: ValueMaker) -> Result<RustType, Unprintable> {
        let plain = match &schema.form {
            SchemaForm::Any => RustType::same(quote! { serde_json::Value }),
            SchemaForm::Boolean => RustType::same(quote! { bool }),
            SchemaForm::Reference(target) => {
                let target = format_ident!("{target}");
                RustType::same(quote! { #target })
            }
            SchemaForm::Text(text) if !text.is_bounded() => RustType::same(quote! { String }),
            SchemaForm::Text(text) if text.is_uuid_only() && direction == ValueMaker::Request => {
                RustType::same(quote! { support::UuidText })
            }
            SchemaForm::Integer(integer) if !integer.is_bounded() => {
                RustType { rust: quote! { i64 }, schema: quote! { support::Integer } }
            }
            SchemaForm::Array(array) if !array.is_bounded() => {
                let RustType { rust, schema } = self.type_of(&array.items, &format!("{name}Item"), direction)?;
                RustType { rust: quote! { Vec<#rust> }, schema: quote! { Vec<#schema> } }
            }
            SchemaForm::Object(_) => {
                return refuse(&schema.pointer, "an object within another: give it a component of its own");
            }
            _ => {
                let ident = self.claim(name, &schema.pointer)?;
                let item = PrintedType { name: &ident, doc: self.doc(schema)?, direction, inline: true };
                let printed = self.restricted(item, schema)?;
                self.items.push(printed);
                RustType::same(quote! { #ident })
            }
        };
        Ok(if schema.nullable {
            let RustType { rust, schema } = plain;
            RustType { rust: quote! { support::Nullable<#rust> }, schema: quote! { support::Nullable<#schema> } }
        } else {
            plain
        })
    }

    /// A type for values that are restricted.
    fn restricted(&mut self, item: PrintedType<'_>, schema: &'a Schema) -> Result<TokenStream, Unprintable> {
        match &schema.form {
            SchemaForm::Text(text) => Ok(bounded::text(item, text)),
            SchemaForm::Integer(integer) => Ok(bounded::integer(item, integer)),
            SchemaForm::TextValues(allowed) => values::texts(item, &schema.pointer, allowed),
            SchemaForm::IntegerValues(allowed) => Ok(values::integers(item, allowed)),
            SchemaForm::Array(array) => {
                let element = self.type_of(&array.items, &format!("{}Item", item.name), item.direction)?;
                Ok(bounded::array(item, array, &element))
            }
            SchemaForm::Any | SchemaForm::Boolean | SchemaForm::Reference(_) | SchemaForm::Object(_) => {
                refuse(&schema.pointer, "nothing restricts these values")
            }
        }
    }

    /// Takes a name for a type.
    fn claim(&mut self, name: &str, pointer: &str) -> Result<Ident, Unprintable> {
        let ident = names::type_name(pointer, name)?;
        match self.names.insert(name.to_owned(), pointer.to_owned()) {
            None => Ok(ident),
            Some(other) => refuse(pointer, format!("its type would be called `{name}`, like that of {other}")),
        }
    }

    /// The description of a value; for a reference, that of its component.
    fn doc(&self, schema: &'a Schema) -> Result<&'a str, Unprintable> {
        match &schema.form {
            _ if !schema.description.is_empty() => Ok(&schema.description),
            SchemaForm::Reference(target) => match self.components.get(target) {
                Some(component) => self.doc(&component.schema),
                None => refuse(&schema.pointer, format!("there is no component `{target}`")),
            },
            _ => refuse(&schema.pointer, "needs a `description`: it becomes the documentation of the type"),
        }
    }
}
