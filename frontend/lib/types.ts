import type { components } from "@/generated/api";

type Schemas = components["schemas"];

export type Allocation = Schemas["Allocation"];
export type Belief = Schemas["Belief"];
export type Caller = Schemas["Caller"];
export type CampaignDetail = Schemas["CampaignDetail"];
export type CampaignPage = Schemas["CampaignRowPage"];
export type CampaignPlan = Schemas["CampaignPlan"];
export type CampaignRecord = Schemas["CampaignRow"];
export type CampaignStatus = Schemas["CampaignStatus"];
export type Channel = Schemas["Channel"];
export type ChannelDelivery = Schemas["ChannelDelivery"];
export type ClockState = Schemas["ClockState"];
export type Creative = Schemas["Creative"];
export type DeliveryByDay = Schemas["DeliveryByDay"];
export type Event = Schemas["Event"];
export type EventData = Event["params"]["data"];
export type EventsSince = Schemas["EventsSince"];
export type Finding = Schemas["Finding"];
export type GraphPicture = Schemas["GraphPicture"];
export type Health = Schemas["Health"];
export type Interval = Schemas["Interval"];
export type KillSwitch = Schemas["KillSwitch"];
export type Kpis = Schemas["Kpis"];
export type Lesson = Schemas["Lesson"];
export type LessonPage = Schemas["LessonPage"];
export type LiveWorld = Schemas["LiveWorld"];
export type ModelCalled = Schemas["ModelCalled"];
export type Opportunity = Schemas["Opportunity"];
export type PerformanceReport = Schemas["PerformanceReport"];
export type Question = Schemas["Question"];
export type RegionWeather = Schemas["RegionWeather"];
export type Role = Schemas["Role"];
export type Reset = Schemas["Reset"];
export type SignalCell = Schemas["SignalCell"];
export type SignalSeries = Schemas["SignalSeries"];
export type SignalsToday = Schemas["SignalsToday"];
export type Trends = Schemas["Trends"];
export type Triggered = Schemas["Triggered"];

export type WaitingDecision = Schemas["WaitingDecision"];
export type WaitingDecisions = Schemas["WaitingDecisions"];

export type ServerMessage = Schemas["ServerMessage"];
export type Hello = Schemas["Hello"];

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
