//! What Stripe's own libraries rely on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use fake_stripe::FakeStripe;

const ORDER: &str = "mode=payment&success_url=https%3A%2F%2Fa.b&line_items[0][quantity]=1&line_items[0][price_data][currency]=cny\
    &line_items[0][price_data][unit_amount]=1000&line_items[0][price_data][product_data][name]=x";

/// Status and body of an order.
async fn order(stripe: &FakeStripe, key: &'static str, body: String) -> (u16, String) {
    let url = format!("{}/v1/checkout/sessions", stripe.base_url());
    let sent = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(&url).header("authorization", "Bearer sk_test_fake").header("idempotency-key", key);
        let mut answer = request.content_type("application/x-www-form-urlencoded").send(&body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    });
    sent.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_made_once_for_each_key_and_what_stripe_does_not_know_is_refused() {
    let stripe = FakeStripe::start().await.unwrap();
    let first = order(&stripe, "a", ORDER.to_owned()).await;
    assert_eq!((first.0, order(&stripe, "a", ORDER.to_owned()).await), (200, first.clone()));
    assert_eq!(order(&stripe, "a", format!("{ORDER}&locale=zh")).await.0, 400);
    for (key, wrong) in [("b", "nonsense=1"), ("c", "payment_method_types[0]=wechat_pay"), ("d", "expires_at=1"), ("e", "metadata=x")] {
        assert_eq!(order(&stripe, key, format!("{ORDER}&{wrong}")).await.0, 400, "{wrong}");
    }
    let right = "payment_method_types[0]=wechat_pay&payment_method_options[wechat_pay][client]=web&metadata[payment_id]=pay_1";
    let (status, body) = order(&stripe, "f", format!("{ORDER}&{right}")).await;
    assert!(status == 200 && body.contains(r#""metadata":{"payment_id":"pay_1"}"#), "{body}");
}
