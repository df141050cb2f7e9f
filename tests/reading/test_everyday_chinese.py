"""What the Chinese messages mean that buyers at AliExpress meet most: a stage and a message a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.parcel import Stage
from monitor.reading import read

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

CHINESE = """
clearance_start | 进口清关开始
clearance_start | 目的国清关中
clearance_start | 包裹已送达海关
clearance_start | 交付海关
clearance_start | 海关清关中，请耐心等待
clearance_start | 到达目的国海关
clearance_start | 货物已到达清关口岸，等待清关
clearance_start | 通關中
clearance_start | 尚未完成清关
clearance_start | 進口報關中
clearance_start | 送交海关
clearance_start | 进口海关/待放行
clearance_exception | 进口清关异常
clearance_exception | 清关延误
clearance_exception | 海关查验
clearance_exception | 海关扣留
clearance_exception | 进口海关/留存待验
clearance_exception | 貨件遭海關扣留
clearance_exception | 进口清关延迟
clearance_exception | 海关正在查验您的包裹
clearance_exception | 清關異常
clearance_payment_due | 等待收件人缴纳关税
clearance_payment_due | 清关需缴纳税费
clearance_payment_due | 海关要求支付关税
clearance_payment_due | 待缴税
clearance_payment_due | 需支付進口關稅
clearance_documents_needed | 等待收件人提供清关资料
clearance_documents_needed | 清关资料不全，请联系收件人
clearance_documents_needed | 需收件人上传身份证信息清关
clearance_documents_needed | 進口清關延誤:缺少商業發票
clearance_failure | 进口清关失败
clearance_failure | 清关失败，包裹被退回
clearance_failure | 海关没收
clearance_failure | 包裹被海关销毁
clearance_success | 清关完成
clearance_success | 进口清关成功
clearance_success | 海关放行
clearance_success | 进口海关/放行
clearance_success | 清关已完成
clearance_success | 離開海關
clearance_success | 已完成清關
clearance_success | 包裹已通过海关
clearance_success | 已缴税，海关放行
clearance_success | 离开海关，送往投递局
export_clearance | 出口清关成功
export_clearance | 出口报关
export_clearance | 出口海关/放行
export_clearance | 离开【广州】，出口海关放行
export_clearance | 送交出口海关
export_clearance | 出口報關完成
export_clearance_exception | 出口清关失败
export_clearance_exception | 出口海关查验
export_clearance_exception | 出口海关/留存待验
in_transit | 已从【上海互换局】发出
in_transit | 到达【深圳处理中心】
in_transit | 航班起飞
in_transit | 离开始发国
in_transit | 到达目的国
in_transit | 快件已揽收
in_transit | 包裹离开分拨中心
in_transit | 航空公司接收
in_transit | 安检完成
out_for_delivery | 正在派件
out_for_delivery | 快递员张三正在派送
out_for_delivery | 安排投递
pickup | 包裹已到达自提点，请及时取件
pickup | 到达待取
pickup | 已放入快递柜
delivered | 已签收
delivered | 已妥投
delivered | 包裹已送达收件人
delivered | 您的快件已由本人签收
delivery_failed | 投递失败
delivery_failed | 未妥投
delivery_failed | 收件人拒收
delivery_failed | 派送失败：地址错误
returning | 包裹退回中
returning | 退回寄件人
returned | 已退回发件人
lost_or_damaged | 包裹丢失
lost_or_damaged | 包裹破损
info_received | 等待揽收
info_received | 卖家已发货
info_received | 已下单
other | 航班取消
other | 分拣异常
"""  # noqa: RUF001 - full-width marks, as Chinese carriers write them


def rows(block: str) -> list[ParameterSet]:
    return [row(line) for line in block.strip().splitlines()]


def row(line: str) -> ParameterSet:
    stage, text = (part.strip() for part in line.split("|"))
    return pytest.param(text, Stage(stage), id=f"{text}: {stage}")


@pytest.mark.parametrize(("text", "stage"), rows(CHINESE))
def test_a_chinese_message_has_the_stage_its_words_say(text: str, stage: Stage) -> None:
    reading = read(text)
    assert (reading.stage, reading.language) == (stage, "zh")
