"""Models on another machine: one call of the OpenAI protocol, and what stands in while the machine is gone."""
