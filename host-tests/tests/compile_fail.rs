//! What the embedding API's types promise, they enforce: these programs do not compile, each for
//! its reason.

#[test]
fn broken_promises_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
