//! Values as both databases know them: four kinds, no more.

use uuid::Uuid;

use crate::domain::error::{Error, Result};
use crate::domain::id::Digest;

/// A value to store, or one that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// A 64-bit number; also times and booleans.
    Int(i64),
    /// Text without U+0000.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Value {
        Value::Bytes(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Value {
        Value::Bytes(value.to_vec())
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Value {
        Value::Bytes(value.as_bytes().to_vec())
    }
}

impl From<&Digest> for Value {
    fn from(value: &Digest) -> Value {
        Value::Bytes(value.as_bytes().to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row that was read; columns are taken by place.
#[derive(Debug)]
pub(super) struct Row(Vec<Value>);

impl Row {
    pub(super) fn new(values: Vec<Value>) -> Row {
        Row(values)
    }

    fn take(&mut self, index: usize) -> Value {
        self.0.get_mut(index).map_or(Value::Null, |value| std::mem::replace(value, Value::Null))
    }

    /// A number.
    pub(super) fn int(&mut self, index: usize) -> Result<i64> {
        self.int_or_none(index)?.ok_or_else(|| unexpected(index))
    }

    /// A number, or `None` for null.
    pub(super) fn int_or_none(&mut self, index: usize) -> Result<Option<i64>> {
        match self.take(index) {
            Value::Int(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            _ => Err(unexpected(index)),
        }
    }

    /// A text.
    pub(super) fn text(&mut self, index: usize) -> Result<String> {
        self.text_or_none(index)?.ok_or_else(|| unexpected(index))
    }

    /// A text, or `None` for null.
    pub(super) fn text_or_none(&mut self, index: usize) -> Result<Option<String>> {
        match self.take(index) {
            Value::Text(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            _ => Err(unexpected(index)),
        }
    }

    /// Bytes.
    pub(super) fn bytes(&mut self, index: usize) -> Result<Vec<u8>> {
        self.bytes_or_none(index)?.ok_or_else(|| unexpected(index))
    }

    /// Bytes, or `None` for null.
    pub(super) fn bytes_or_none(&mut self, index: usize) -> Result<Option<Vec<u8>>> {
        match self.take(index) {
            Value::Bytes(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            _ => Err(unexpected(index)),
        }
    }

    /// 16 bytes as an id.
    pub(super) fn uuid(&mut self, index: usize) -> Result<Uuid> {
        Uuid::from_slice(&self.bytes(index)?).map_err(|_| unexpected(index))
    }

    /// 32 bytes as a digest.
    pub(super) fn digest(&mut self, index: usize) -> Result<Digest> {
        self.array(index).map(Digest::from_bytes)
    }

    /// Exactly `N` bytes.
    pub(super) fn array<const N: usize>(&mut self, index: usize) -> Result<[u8; N]> {
        self.bytes(index)?.try_into().map_err(|_| unexpected(index))
    }
}

fn unexpected(index: usize) -> Error {
    Error::Internal(format!("column {index} of a row holds something else than the schema says"))
}
