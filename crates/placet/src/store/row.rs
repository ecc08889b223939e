//! Values as both databases know them: four kinds, no more. What is written is borrowed where it can be.

use std::borrow::Cow;

use uuid::Uuid;

use crate::domain::error::{Error, Result};
use crate::domain::id::Digest;

/// A value to store, or one that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'v> {
    /// Nothing.
    Null,
    /// A 64-bit number; also times and booleans.
    Int(i64),
    /// Text without U+0000.
    Text(Cow<'v, str>),
    /// Bytes.
    Bytes(Cow<'v, [u8]>),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Int(i64::from(value))
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(value: &'v str) -> Self {
        Value::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Value::Text(Cow::Owned(value))
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(value: &'v String) -> Self {
        Value::Text(Cow::Borrowed(value))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(value: Vec<u8>) -> Self {
        Value::Bytes(Cow::Owned(value))
    }
}

impl<'v> From<&'v [u8]> for Value<'v> {
    fn from(value: &'v [u8]) -> Self {
        Value::Bytes(Cow::Borrowed(value))
    }
}

impl<'v> From<&'v Uuid> for Value<'v> {
    fn from(value: &'v Uuid) -> Self {
        Value::Bytes(Cow::Borrowed(value.as_bytes()))
    }
}

impl<'v> From<&'v Digest> for Value<'v> {
    fn from(value: &'v Digest) -> Self {
        Value::Bytes(Cow::Borrowed(value.as_bytes()))
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row that was read; columns are taken by place.
#[derive(Debug)]
pub(super) struct Row(Vec<Value<'static>>);

impl Row {
    pub(super) fn new(values: Vec<Value<'static>>) -> Row {
        Row(values)
    }

    fn take(&mut self, index: usize) -> Value<'static> {
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
            Value::Text(value) => Ok(Some(value.into_owned())),
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
            Value::Bytes(value) => Ok(Some(value.into_owned())),
            Value::Null => Ok(None),
            _ => Err(unexpected(index)),
        }
    }

    /// 16 bytes as an id.
    pub(super) fn uuid(&mut self, index: usize) -> Result<Uuid> {
        Uuid::from_slice(&self.bytes(index)?).map_err(|_| unexpected(index))
    }

    /// 16 bytes as an id, or `None` for null.
    pub(super) fn uuid_or_none(&mut self, index: usize) -> Result<Option<Uuid>> {
        let bytes = self.bytes_or_none(index)?;
        bytes.map(|bytes| Uuid::from_slice(&bytes).map_err(|_| unexpected(index))).transpose()
    }

    /// 32 bytes as a digest.
    pub(super) fn digest(&mut self, index: usize) -> Result<Digest> {
        self.array(index).map(Digest::from_bytes)
    }

    /// 32 bytes as a digest, or `None` for null.
    pub(super) fn digest_or_none(&mut self, index: usize) -> Result<Option<Digest>> {
        let bytes = self.bytes_or_none(index)?;
        bytes.map(|bytes| bytes.try_into().map(Digest::from_bytes).map_err(|_| unexpected(index))).transpose()
    }

    /// Exactly `N` bytes.
    pub(super) fn array<const N: usize>(&mut self, index: usize) -> Result<[u8; N]> {
        self.bytes(index)?.try_into().map_err(|_| unexpected(index))
    }
}

fn unexpected(index: usize) -> Error {
    Error::Internal(format!("column {index} of a row holds something else than the schema says"))
}
