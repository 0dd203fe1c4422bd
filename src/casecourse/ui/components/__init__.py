"""The few components that Streamlit does not have. Their JavaScript is ours and is never built from data."""
