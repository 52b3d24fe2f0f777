//! The implementations that all printed types have.

use proc_macro2::TokenStream;
use quote::quote;

use super::PrintedType;

/// `FromJson` with this body over `value`, and the `Deserialize` that goes by way of it.
pub(super) fn reading(item: PrintedType<'_>, body: &TokenStream) -> TokenStream {
    let name = item.name;
    quote! {
        impl support::FromJson for #name {
            fn from_json(value: serde_json::Value) -> Result<Self, support::Invalid> {
                #body
            }
        }
        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                support::deserialize(deserializer)
            }
        }
    }
}

/// `JsonSchema` with this body, which may name its `generator`.
pub(super) fn schema(item: PrintedType<'_>, generator: &TokenStream, body: &TokenStream) -> TokenStream {
    let (name, doc) = (item.name, item.doc);
    let text = name.to_string();
    let id = format!("::{name}");
    // An inlined schema needs no description: the member that uses it has one.
    let (inline, body) = if item.inline {
        (quote! { fn inline_schema() -> bool { true } }, body.clone())
    } else {
        (quote! {}, quote! { support::described(#body, #doc) })
    };
    quote! {
        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for #name {
            #inline
            fn schema_name() -> std::borrow::Cow<'static, str> {
                #text.into()
            }
            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), #id).into()
            }
            fn json_schema(#generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                #body
            }
        }
    }
}

/// `Checked` with this body over `self`.
pub(super) fn checking(item: PrintedType<'_>, body: &TokenStream) -> TokenStream {
    let name = item.name;
    quote! {
        impl support::Checked for #name {
            fn check(&self) -> Result<(), support::Invalid> {
                #body
            }
        }
    }
}
