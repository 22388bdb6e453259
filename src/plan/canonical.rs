//! Canonical JSON, written as it is asked for: no tree is built of what is serialised.
//!
//! Members are sorted by name, members that are null are left out, there are no spaces, and strings
//! are escaped as `serde_json` escapes them.

use std::fmt;
use std::io::Write as _;

use serde::ser::{self, Serialize};

/// Writes `value` in the one form that all versions of datamove agree on.
///
/// # Errors
/// For what a plan does not hold: numbers with a fraction, bytes, maps with keys that are not text.
pub(super) fn canonical<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Unsupported> {
    let mut out = Vec::new();
    value.serialize(Writer { out: &mut out })?;
    Ok(out)
}

/// A value that has no canonical form here.
#[derive(Debug)]
pub(super) struct Unsupported(String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no canonical JSON: {}", self.0)
    }
}

impl std::error::Error for Unsupported {}

impl ser::Error for Unsupported {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Done = Result<(), Unsupported>;

struct Writer<'o> {
    out: &'o mut Vec<u8>,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) -> Done {
        serde_json::to_writer(&mut *self.out, text).map_err(ser::Error::custom)
    }

    fn number(self, number: impl fmt::Display) -> Done {
        write!(self.out, "{number}").map_err(ser::Error::custom)
    }

    fn open(&mut self, variant: Option<&'static str>, bracket: u8) -> Result<(), Unsupported> {
        if let Some(variant) = variant {
            self.out.push(b'{');
            self.text(variant)?;
            self.out.push(b':');
        }
        self.out.push(bracket);
        Ok(())
    }
}

/// A list under way.
struct Items<'o> {
    out: &'o mut Vec<u8>,
    first: bool,
    close: &'static str,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        value.serialize(Writer { out: self.out })
    }

    fn close(self) {
        self.out.extend_from_slice(self.close.as_bytes());
    }
}

/// An object under way: its members stand in `out` from `start`, in the order in which they came.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    /// Name, and where `"name":value` ends in `out`.
    ends: Vec<(String, usize)>,
    close: &'static str,
}

impl<'o> Members<'o> {
    fn new(out: &'o mut Vec<u8>, close: &'static str) -> Self {
        let start = out.len();
        Self { out, start, ends: Vec::new(), close }
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Done {
        let start = self.out.len();
        Writer { out: self.out }.text(name)?;
        self.out.push(b':');
        let value_at = self.out.len();
        value.serialize(Writer { out: self.out })?;
        if self.out[value_at..] == *b"null" {
            self.out.truncate(start);
        } else {
            self.ends.push((name.to_owned(), self.out.len()));
        }
        Ok(())
    }

    fn close(self) {
        let mut from = self.start;
        let mut parts = Vec::with_capacity(self.ends.len());
        for (name, end) in self.ends {
            parts.push((name, from..end));
            from = end;
        }
        parts.sort_by(|(a, _), (b, _)| a.cmp(b));
        let members = self.out.split_off(self.start);
        for (index, (_, range)) in parts.into_iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(&members[range.start - self.start..range.end - self.start]);
        }
        self.out.extend_from_slice(self.close.as_bytes());
    }
}

impl<'o> ser::Serializer for Writer<'o> {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Items<'o>;
    type SerializeTuple = Items<'o>;
    type SerializeTupleStruct = Items<'o>;
    type SerializeTupleVariant = Items<'o>;
    type SerializeMap = Named<'o>;
    type SerializeStruct = Members<'o>;
    type SerializeStructVariant = Members<'o>;

    fn serialize_bool(self, v: bool) -> Done {
        self.number(v)
    }

    fn serialize_i8(self, v: i8) -> Done {
        self.serialize_i64(v.into())
    }

    fn serialize_i16(self, v: i16) -> Done {
        self.serialize_i64(v.into())
    }

    fn serialize_i32(self, v: i32) -> Done {
        self.serialize_i64(v.into())
    }

    fn serialize_i64(self, v: i64) -> Done {
        self.number(v)
    }

    fn serialize_u8(self, v: u8) -> Done {
        self.serialize_u64(v.into())
    }

    fn serialize_u16(self, v: u16) -> Done {
        self.serialize_u64(v.into())
    }

    fn serialize_u32(self, v: u32) -> Done {
        self.serialize_u64(v.into())
    }

    fn serialize_u64(self, v: u64) -> Done {
        self.number(v)
    }

    fn serialize_f32(self, _: f32) -> Done {
        Err(ser::Error::custom("a float"))
    }

    fn serialize_f64(self, _: f64) -> Done {
        Err(ser::Error::custom("a float"))
    }

    fn serialize_char(mut self, v: char) -> Done {
        self.text(v.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, v: &str) -> Done {
        self.text(v)
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        Err(ser::Error::custom("bytes"))
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(mut self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.out.push(b'{');
        self.text(variant)?;
        self.out.push(b':');
        value.serialize(Writer { out: self.out })?;
        self.out.push(b'}');
        Ok(())
    }

    fn serialize_seq(mut self, _: Option<usize>) -> Result<Items<'o>, Unsupported> {
        self.open(None, b'[')?;
        Ok(Items { out: self.out, first: true, close: "]" })
    }

    fn serialize_tuple(self, len: usize) -> Result<Items<'o>, Unsupported> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items<'o>, Unsupported> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'o>, Unsupported> {
        self.open(Some(variant), b'[')?;
        Ok(Items { out: self.out, first: true, close: "]}" })
    }

    fn serialize_map(mut self, _: Option<usize>) -> Result<Named<'o>, Unsupported> {
        self.open(None, b'{')?;
        Ok(Named { members: Members::new(self.out, "}"), name: String::new() })
    }

    fn serialize_struct(mut self, _: &'static str, _: usize) -> Result<Members<'o>, Unsupported> {
        self.open(None, b'{')?;
        Ok(Members::new(self.out, "}"))
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'o>, Unsupported> {
        self.open(Some(variant), b'{')?;
        Ok(Members::new(self.out, "}}"))
    }
}

/// A map under way, whose keys come before their values.
struct Named<'o> {
    members: Members<'o>,
    name: String,
}

impl ser::SerializeMap for Named<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        let quoted = canonical(key)?;
        self.name = serde_json::from_slice(&quoted).map_err(ser::Error::custom)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.members.member(&self.name, value)
    }

    fn end(self) -> Done {
        self.members.close();
        Ok(())
    }
}

macro_rules! items {
    ($($of:ident $method:ident),*) => {$(
        impl ser::$of for Items<'_> {
            type Ok = ();
            type Error = Unsupported;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.item(value)
            }

            fn end(self) -> Done {
                self.close();
                Ok(())
            }
        }
    )*};
}
items!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

macro_rules! members {
    ($($of:ident),*) => {$(
        impl ser::$of for Members<'_> {
            type Ok = ();
            type Error = Unsupported;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
                self.member(name, value)
            }

            fn end(self) -> Done {
                self.close();
                Ok(())
            }
        }
    )*};
}
members!(SerializeStruct, SerializeStructVariant);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::canonical;
    use crate::plan::fixture::shop;

    /// The same by way of a tree.
    fn slow(value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().filter(|(_, member)| !member.is_null()).collect();
                members.sort_by_key(|(name, _)| name.as_str());
                let members =
                    members.into_iter().map(|(name, member)| format!("{}:{}", json!(name), slow(member)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Value::Array(items) => format!("[{}]", items.iter().map(slow).collect::<Vec<_>>().join(",")),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
        }
    }

    #[test]
    fn it_is_sorted_and_without_nulls_and_spaces() {
        let value = json!({"b": [1, -2, null, "\"\u{1}é"], "a": {"z": null, "y": {}}, "c": true});
        let text = r#"{"a":{"y":{}},"b":[1,-2,null,"\"\u0001é"],"c":true}"#;
        assert_eq!(String::from_utf8(canonical(&value).unwrap()).unwrap(), text);
        assert!(canonical(&0.5).is_err());
    }

    #[test]
    fn it_is_what_a_tree_would_give() {
        let plan = shop();
        let text = String::from_utf8(canonical(&plan).unwrap()).unwrap();
        assert_eq!(text, slow(&serde_json::to_value(&plan).unwrap()));
    }
}
