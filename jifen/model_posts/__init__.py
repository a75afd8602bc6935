"""Model posts (党员示范岗、示范窗口、责任区、特色品牌) and honours, from the application to the end."""
