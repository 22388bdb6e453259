//! What drivers of servers share: how a location is read, where a password comes from, TLS, and
//! what to say when no connection comes about.

pub(super) mod connect;
pub(super) mod far;
pub(super) mod ledger;
pub(super) mod lock;
pub(super) mod same;
pub(super) mod script;
pub(super) mod split;
pub(super) mod tls;
pub(super) mod url;
pub(super) mod whois;
pub(super) mod words;

pub(super) use url::Address;
