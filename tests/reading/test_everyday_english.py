"""What the messages mean that buyers at AliExpress meet most: a stage and a message a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.parcel import Stage
from monitor.reading import read

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

ENGLISH = """
clearance_start | Customs clearance processing
clearance_start | Inbound Into Customs
clearance_start | Processed Through Customs, awaiting clearance
clearance_start | Package handed over to customs for clearance
clearance_start | Item presented to import Customs
clearance_start | Import customs clearance in progress
clearance_start | Arrived at customs
clearance_start | Your shipment is currently being processed by customs
clearance_start | Your package is pending release from a Government Agency.
clearance_start | The package has been submitted for customs clearance
clearance_start | Clearance processing in the destination country
clearance_start | Waiting for customs clearance
clearance_start | wait for customs clearance
clearance_start | Customs status updated
clearance_start | Your package is at the clearing agency
clearance_start | Shipment is currently with customs
clearance_start | The shipment is awaiting customs release
clearance_start | Item being processed by customs
clearance_start | Customs clearance has not been completed yet
clearance_start | Customs declaration accepted
clearance_exception | Held by customs
clearance_exception | Held in customs
clearance_exception | Customs clearance delay
clearance_exception | Import clearance exception
clearance_exception | Import customs clearance delayed.
clearance_exception | Clearance delay - import
clearance_exception | Item held by import customs/security
clearance_exception | Item is held by customs due to inspection
clearance_exception | Your package is being held by customs.
clearance_exception | Shipment is being inspected by customs
clearance_exception | Import clearance delay: Inspection
clearance_exception | Your package is under customs inspection
clearance_exception | A regulatory agency is holding this shipment for inspection
clearance_exception | US Customs hold, intensive examination
clearance_exception | Customs clearance problem
clearance_exception | The package is held for government agency review
clearance_exception | Your package is delayed due to a clearing agency hold
clearance_exception | Clearance exception
clearance_exception | Held by Customs, Retention reason: Prohibited article
clearance_exception | Detained by customs
clearance_exception | The customs clearance was not successful yet, inspection continues
clearance_payment_due | Awaiting customs payment
clearance_payment_due | Customs charge raised
clearance_payment_due | Customs fee to pay
clearance_payment_due | Import duty payable by recipient
clearance_payment_due | Held by customs, awaiting payment of duties
clearance_payment_due | The receiver must pay the import charges before delivery
clearance_payment_due | Duties and taxes are due on this package.
clearance_payment_due | Item held, addressee being notified for payment of charges
clearance_payment_due | Customs Duties Payment Requested
clearance_payment_due | Your parcel is waiting for the payment of VAT
clearance_documents_needed | Customs requires additional documents
clearance_documents_needed | Held by customs, missing or incorrect customs documents
clearance_documents_needed | Awaiting customs documents from recipient
clearance_documents_needed | A valid commercial invoice is required for customs clearance
clearance_documents_needed | Additional information is needed for clearance
clearance_documents_needed | The invoice is missing, customs cannot clear the parcel
clearance_documents_needed | Required paperwork for clearance not available
clearance_documents_needed | Importer's tax ID is required by customs
clearance_documents_needed | Held by customs - information required from recipient
clearance_documents_needed | We need more information from you to clear the shipment
clearance_failure | Import clearance failure
clearance_failure | Import customs clearance failed
clearance_failure | Import clearance failure: Package contains prohibited items
clearance_failure | Refused by customs
clearance_failure | Seized by customs
clearance_failure | Destroyed by customs
clearance_failure | The shipment was refused entry into the country
clearance_failure | Customs rejected the shipment
clearance_failure | Confiscated by customs
clearance_success | Import customs clearance complete
clearance_success | Import clearance success
clearance_success | Package cleared by foreign customs office
clearance_success | Customs clearance completed
clearance_success | Custom clearance completed
clearance_success | Cleared customs
clearance_success | Customs Cleared
clearance_success | Item returned from import Customs
clearance_success | Released from customs
clearance_success | Released by Customs, duties paid
clearance_success | Leaving customs
clearance_success | Departed from customs
clearance_success | Clearance processing complete at NEW YORK CITY GATEWAY, NY - USA
clearance_success | International shipment release - Import
clearance_success | Your package has cleared customs and is on the way.
clearance_success | Customs released the package after payment was received
clearance_success | Released by customs. No duty due
clearance_success | Customs clearance was successful
clearance_success | Item has left customs
clearance_success | Customs inspection passed
clearance_success | Import scan complete, cleared customs
clearance_success | Cleared import customs
clearance_success | Your package was released by customs after a hold
clearance_success | Clearance Complete
clearance_success | Package released by customs authority
export_clearance | Export customs clearance complete
export_clearance | Export clearance success
export_clearance | Customs clearance at origin started
export_clearance | International shipment release - Export
export_clearance | Item presented to export customs
export_clearance | Item returned from export customs
export_clearance | Export customs release
export_clearance | Cleared customs in country of origin
export_clearance_exception | Export clearance failure
export_clearance_exception | Held by export customs
export_clearance_exception | Export customs clearance exception
export_clearance_exception | Item held by export customs/security
export_clearance_exception | Export clearance delay: Inspection
returning | Returning to sender
returning | Return to sender
returning | Package is being returned to the sender by order of customs
returning | Returning package to shipper
returned | Returned to sender
returned | Returned to shipper, delivered
delivered | Delivered
delivered | Delivered, In/At Mailbox
delivered | Your item was delivered at 10:02 am on 3 May 2024
delivered | Parcel delivered
delivered | Delivered, Front Door/Porch
delivered | Delivered, Left with Individual
delivered | DELIVERED TO NEIGHBOUR
delivery_failed | Delivery failed
delivery_failed | Delivery attempt failed
delivery_failed | Attempted delivery - item being held at the post office
delivery_failed | Addressee not available
delivery_failed | Unsuccessful delivery attempt
delivery_failed | Notice Left (No Authorized Recipient Available)
delivery_failed | No Access to Delivery Location
delivery_failed | Insufficient Address
pickup | Available for pickup
pickup | Ready for collection
pickup | Arrived at pick-up point
pickup | Delivered to pickup station
pickup | Delivered to a parcel locker
pickup | Available for collection at post office
out_for_delivery | Out for delivery
out_for_delivery | Out for Delivery, Expected Delivery by 9:00pm
out_for_delivery | On FedEx vehicle for delivery
out_for_delivery | With delivery courier
out_for_delivery | Courier is on the way to you
in_transit | In transit departed waypoint
in_transit | Departed from sorting center
in_transit | Arrived at linehaul office
in_transit | Arrived at linehual office
in_transit | Leaving from departure country/region
in_transit | Departure from outward office of exchange
in_transit | Arrived at destination country
in_transit | Import Scan
in_transit | Export Scan
in_transit | Arrival Scan
in_transit | Received by logistics company
in_transit | Accepted by carrier
in_transit | Processed Through Regional Facility
in_transit | Departed USPS Regional Facility
in_transit | In transit to next facility
in_transit | Shipment on the way
in_transit | Handed over to local delivery company
in_transit | Outbound in sorting center
in_transit | Flight departed
in_transit | Receive item at office of exchange
in_transit | Insert item into bag
in_transit | Shipment picked up
in_transit | Processed in Shenzhen
in_transit | Customer drop-off
in_transit | Your shipment left border point
info_received | Shipment information received
info_received | Shipping label created
info_received | Label Created, not yet in system
info_received | Order processed: Ready for UPS
info_received | Shipping Label Created, USPS Awaiting Item
info_received | Package information received
info_received | Order placed successfully
info_received | The instruction data for this shipment have been provided by the sender to DHL electronically
info_received | Shipper created a label, UPS has not received the package yet.
lost_or_damaged | Package lost
lost_or_damaged | Item damaged
lost_or_damaged | Damage reported. We will notify the sender
lost_or_damaged | Package declared lost
other | On hold
other | Shipment on hold
other | Delayed
other | Shipment exception
other | Delivery rescheduled
other | Order cancelled
other | Delay in transit due to weather
other | Held at the customer's request
unknown | Hello world
unknown | xyz
unknown | 42
"""


def rows(block: str) -> list[ParameterSet]:
    return [row(line) for line in block.strip().splitlines()]


def row(line: str) -> ParameterSet:
    stage, text = (part.strip() for part in line.split("|"))
    return pytest.param(text, Stage(stage), id=f"{text}: {stage}")


@pytest.mark.parametrize(("text", "stage"), rows(ENGLISH))
def test_an_english_message_has_the_stage_its_words_say(text: str, stage: Stage) -> None:
    assert read(text).stage is stage
